import { describe, expect, test } from 'bun:test';
import { guardDeletions, guardMarker } from './guards.ts';
import type { Marker } from './marker.ts';
import type { MoverPlan } from './movers/mover.ts';
import { RunStop } from './stop.ts';

const nothing: ReadonlySet<string> = new Set();

/** What a guard stopped for; null when it let the run pass. */
function stopOf(guard: () => void): RunStop | null {
  try {
    guard();
    return null;
  } catch (error) {
    if (error instanceof RunStop) return error;
    throw error;
  }
}

describe('a run that would delete', () => {
  const plan = (deletions: number, filesThere: number): MoverPlan => ({
    files: 0,
    bytes: 0,
    transferFiles: 0,
    transferBytes: 0,
    roomBytes: 0,
    deletions,
    filesThere,
    deletionsHash: deletions === 0 ? '' : `hash of ${deletions}`,
  });
  const rows: [deletions: number, of: number, percent: number, stops: boolean, why: string][] = [
    [0, 0, 50, false, 'nothing'],
    [0, 1000, 0, false, 'nothing, where nothing may be deleted'],
    [1, 1, 50, true, 'the only file'],
    [1, 2, 50, false, 'one of two: too few to ask'],
    [19, 20, 50, false, '19 of 20: just too few to ask'],
    [19, 19, 100, true, 'everything, however few and however much is allowed'],
    [20, 21, 50, true, '20 of 21'],
    [20, 40, 50, false, 'exactly the share allowed'],
    [20, 39, 50, true, 'just over the share allowed'],
    [21, 40, 50, true, 'one more than the share allowed'],
    [20, 1_000_000, 0, true, 'a tiny share where nothing may be deleted'],
    [19, 1_000_000, 0, false, 'a tiny share, and too few to ask'],
    [500_000, 1_000_000, 50, false, 'half of a million'],
    [500_001, 1_000_000, 50, true, 'more than half of a million'],
    [999_999, 1_000_000, 100, false, 'all but one where all but everything is allowed'],
    [1_000_000, 1_000_000, 100, true, 'everything'],
    [5, 3, 100, true, 'more than there seemed to be'],
  ];
  for (const [deletions, filesThere, percent, stops, why] of rows)
    test(`${stops ? 'stops' : 'goes on'}: ${why} (${deletions} of ${filesThere}, ${percent} % allowed)`, () => {
      const stop = stopOf(() => guardDeletions(plan(deletions, filesThere), percent, nothing));
      expect(stop?.reason ?? null).toBe(stops ? 'too_many_deletions' : null);
      if (stop) expect(stop.message).toContain(`${deletions} of ${filesThere} files`);
    });

  test('goes on when exactly this list was confirmed, and no other', () => {
    const stop = stopOf(() => guardDeletions(plan(30, 40), 50, nothing));
    expect(stop?.finding).toBe('too_many_deletions:hash of 30');
    const confirmed = new Set(['source_empty:/home', stop?.finding ?? '']);
    expect(stopOf(() => guardDeletions(plan(30, 40), 50, confirmed))).toBeNull();
    expect(stopOf(() => guardDeletions(plan(31, 40), 50, confirmed))?.reason).toBe('too_many_deletions');
    const other = new Set(['source_empty:/home']);
    expect(stopOf(() => guardDeletions(plan(30, 40), 50, other))?.reason).toBe('too_many_deletions');
  });
});

describe('what lies at a destination', () => {
  const ours: Marker = {
    format: 1,
    destination_id: 'd1',
    filesystem_uuid: 'AAAA-1111',
    made_at: '2026-01-01T00:00:00Z',
    appliance: { id: 'box', name: 'box' },
    jobs: [{ uuid: 'j1', name: 'Photos', landings: ['photos'] }],
  };
  type Given = Parameters<typeof guardMarker>[0];
  const look = (over: Partial<Given> & { uuid?: string | null; landings?: string[] } = {}) =>
    stopOf(() =>
      guardMarker({
        marker: ours,
        site: { root: '/mnt/b', filesystemUuid: over.uuid === undefined ? 'AAAA-1111' : over.uuid },
        address: 'local:/mnt/b',
        knownHere: true,
        job: { uuid: 'j1', sources: (over.landings ?? ['photos']).map((landing) => ({ source: '/s', landing })) },
        overruled: nothing,
        jobExists: () => true,
        applianceId: 'box',
        ...over,
      }),
    );

  test('passes: our marker on our filesystem', () => expect(look()).toBeNull());
  test('passes: nothing, at a place this job never wrote to', () =>
    expect(look({ marker: null, knownHere: false })).toBeNull());
  test('stops: nothing, where this job wrote before', () => {
    const stop = look({ marker: null });
    expect(stop).toMatchObject({ reason: 'destination_changed', finding: 'destination_changed:local:/mnt/b' });
    expect(look({ marker: null, overruled: new Set([stop?.finding ?? '']) })).toBeNull();
    expect(look({ marker: null, overruled: new Set(['destination_changed:local:/mnt/c']) })?.reason).toBe(
      'destination_changed',
    );
  });
  test('stops: our marker on another disk, until that disk is confirmed', () => {
    const stop = look({ uuid: 'BBBB-2222' });
    expect(stop).toMatchObject({ reason: 'destination_changed' });
    expect(stop?.message).toContain('BBBB-2222');
    expect(look({ uuid: 'BBBB-2222', overruled: new Set([stop?.finding ?? '']) })).toBeNull();
    expect(look({ uuid: 'CCCC-3333', overruled: new Set([stop?.finding ?? '']) })?.reason).toBe('destination_changed');
  });
  test('passes: a filesystem without a UUID cannot be told apart', () => {
    expect(look({ uuid: null })).toBeNull();
    expect(look({ marker: { ...ours, filesystem_uuid: null } })).toBeNull();
  });
  test('stops: a landing of another job, in or around ours', () => {
    for (const landings of [['photos'], ['photos/2026'], ['Photos'], ['x', 'photos']]) {
      const stop = look({ job: { uuid: 'j2', sources: landings.map((landing) => ({ source: '/s', landing })) } });
      expect(stop).toMatchObject({ reason: 'overlap', finding: null });
      expect(stop?.message).toContain('"Photos"');
    }
    expect(look({ job: { uuid: 'j2', sources: [{ source: '/s', landing: 'photos-2' }] } })).toBeNull();
  });
});
