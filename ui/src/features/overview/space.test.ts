import { describe, expect, test } from 'bun:test';
import type { DestinationView } from '../../api/destinations.ts';
import { placesOf, spaceOf } from './space.ts';

const now = Date.parse('2026-01-05T12:00:00Z');
const place = (changes: Partial<DestinationView> = {}): DestinationView => ({
  address: 'local:/mnt/usb',
  type: 'local',
  kind: 'ext4',
  path: '/mnt/usb',
  total_bytes: 1e12,
  free_bytes: 412e9,
  present: true,
  writable: true,
  filesystem_uuid: 'A',
  destination_id: null,
  last_seen: '2026-01-02T12:00:00Z',
  last_run_at: null,
  last_completed_at: '2026-01-04T12:00:00Z',
  jobs: [{ id: 1, name: 'Photos' }],
  ...changes,
});
const away = { present: false, kind: null, total_bytes: null, free_bytes: null };
const network = { ...away, present: null, path: null, type: 's3' };

describe('the space at a destination', () => {
  const rows: [name: string, changes: Partial<DestinationView>, mood: string, used: number | null, sentence: string][] =
    [
      ['with room', {}, 'ok', 0.588, '412 GB of 1 TB free'],
      ['nearly full', { free_bytes: 40e9 }, 'warn', 0.96, 'Nearly full: 40 GB of 1 TB free'],
      [
        'less than a gigabyte',
        { free_bytes: 9e8, total_bytes: 8e9 },
        'warn',
        0.8875,
        'Nearly full: 900 MB of 8 GB free',
      ],
      ['a drive that is away is no alarm', away, 'idle', null, 'Not here at the moment, seen 3 days ago.'],
      ['never seen', { ...away, last_seen: null }, 'idle', null, 'Not here at the moment.'],
      ['in the network', network, 'idle', null, 'In the network, last complete copy yesterday.'],
    ];
  for (const [name, changes, mood, used, sentence] of rows)
    test(name, () => {
      const said = spaceOf(place(changes), now);
      expect(said).toMatchObject({ mood, sentence });
      if (used === null) expect(said.used).toBeNull();
      else expect(said.used).toBeCloseTo(used);
    });

  test('says when it can only be read', () => {
    expect(spaceOf(place({ writable: false }), now)).toMatchObject({
      mood: 'warn',
      facts: ['ext4', 'can only be read'],
    });
  });
});

describe('destinations on one disk', () => {
  test('are told once, by the folder they share, with all who write there', () => {
    const [one, ...others] = placesOf([
      place({ path: '/mnt/usb/photos' }),
      place({ path: '/mnt/usb/music', jobs: [{ id: 2, name: 'Music' }], last_completed_at: '2026-01-05T12:00:00Z' }),
    ]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ name: '/mnt/usb', last_completed_at: '2026-01-05T12:00:00Z' });
    expect(one?.jobs.map(({ name }) => name)).toEqual(['Photos', 'Music']);
  });
  test('stay apart on two, in the network, and while one of them is away', () => {
    const names = placesOf([
      place(),
      place({ path: '/mnt/other', filesystem_uuid: 'B' }),
      place({ ...away, path: '/mnt/usb/gone' }),
      place({ ...network, address: 's3:mine' }),
      place({ ...network, address: 's3:mine', jobs: [{ id: 9, name: 'With another account' }] }),
    ]).map(({ name }) => name);
    expect(names).toEqual(['/mnt/usb', '/mnt/other', '/mnt/usb/gone', 'mine at AWS', 'mine at AWS']);
  });
  test('are folders of one, not names that begin alike', () => {
    expect(placesOf([place({ path: '/mnt/usb1' }), place({ path: '/mnt/usb2' })])[0]?.name).toBe('/mnt');
  });
});
