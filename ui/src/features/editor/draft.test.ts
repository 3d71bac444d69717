import { describe, expect, test } from 'bun:test';
import type { JobView } from '../../api/jobs.ts';
import { bodyOf, draftOf, emptyDraft, previewBodyOf, suggestedName } from './draft.ts';

const job = (over: Partial<JobView> = {}): JobView => ({
  id: 7,
  name: 'Photos',
  description: ' two lines\n',
  enabled: false,
  source_dirs: ['/home/anna/Photos'],
  destination_type: 'local',
  destination_config: { mount_point: '/mnt/a', backup_subdir: 'b', usb_uuids: ['1234-5678'], later_version: { x: 1 } },
  sync_options: {
    delete_extraneous: true,
    exclude_patterns: [' *.tmp'],
    bandwidth_limit_kbps: 800,
    compress: true,
    max_delete_percent: 20,
    history: { keep_last: 3, keep_yearly: null },
    acknowledged_paths: ['Photos/a'],
    verify: { every_days: 30, sample_percent: 5 },
    later_version: true,
  },
  credential_id: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  last_run: null,
  schedules: [],
  uuid: 'u',
  landings: ['Photos'],
  ...over,
});

describe('saving a job that was only opened', () => {
  test('changes nothing: what no field shows goes back as it came', () => {
    const before = job();
    expect(bodyOf(draftOf(before)) as unknown).toEqual({
      name: before.name,
      description: before.description,
      enabled: before.enabled,
      source_dirs: before.source_dirs,
      destination_type: before.destination_type,
      destination_config: before.destination_config,
      sync_options: before.sync_options,
      credential_id: null,
    });
  });

  test('keeps an unlimited speed unlimited, and the credential', () => {
    const before = job({
      destination_type: 's3',
      credential_id: 4,
      sync_options: { ...job().sync_options, bandwidth_limit_kbps: null },
    });
    expect(bodyOf(draftOf(before))).toMatchObject({
      credential_id: 4,
      destination_type: 's3',
      sync_options: { bandwidth_limit_kbps: null },
    });
  });

  test('does not touch what the page shows elsewhere', () => {
    const before = job();
    const draft = draftOf(before);
    draft.options.exclude_patterns?.push('more');
    draft.sources.push('/more');
    expect(before.source_dirs).toEqual(['/home/anna/Photos']);
    expect(before.sync_options['exclude_patterns']).toEqual([' *.tmp']);
  });
});

describe('editing', () => {
  test('another kind of destination and back loses nothing', () => {
    const draft = draftOf(job());
    const there = { ...draft, kind: 's3' as const, configs: { ...draft.configs, s3: { bucket: 'b' } } };
    expect(bodyOf(there)).toMatchObject({ destination_config: { bucket: 'b' }, credential_id: null });
    expect(bodyOf({ ...there, kind: 'local' }).destination_config).toEqual(job().destination_config);
  });

  test('a speed that is no number is never sent as "no limit"', () => {
    expect(bodyOf({ ...draftOf(job()), limit: 'fast' }).sync_options?.bandwidth_limit_kbps as unknown).toBe('fast');
    expect(bodyOf({ ...draftOf(job()), limit: ' ' }).sync_options?.bandwidth_limit_kbps).toBeNull();
    expect(bodyOf({ ...draftOf(job()), limit: '1,000' }).sync_options?.bandwidth_limit_kbps).toBe(1000);
  });

  test('a share typed before deleting was switched off means nothing', () => {
    const draft = draftOf(job());
    const off = { ...draft, maxDelete: 'x', options: { ...draft.options, delete_extraneous: false } };
    expect(bodyOf(off).sync_options?.max_delete_percent).toBe(20);
  });

  test('a secret is sent only when it was typed', () => {
    expect(bodyOf(draftOf(job()))).not.toHaveProperty('credential_data');
    expect(bodyOf({ ...draftOf(job()), secret: { password: 'p' } })).toMatchObject({
      credential_data: { password: 'p' },
    });
  });
});

describe('a job without a name', () => {
  test('is called after its folders', () => {
    expect(
      [['/srv/Photos'], ['/a/Photos', '/b/Music'], ['/a', '/b', '/c', '/d'], []].map((sources) =>
        suggestedName({ sources }),
      ),
    ).toEqual(['Photos', 'Photos and Music', 'a, b, and 2 more', '']);
    expect(bodyOf({ ...emptyDraft(['/srv/Photos']), name: '  ' }).name).toBe('Photos');
  });

  test('can be looked ahead at', () => {
    expect(previewBodyOf(emptyDraft(), null)).not.toHaveProperty('name');
    expect(previewBodyOf(draftOf(job()), 7)).toMatchObject({ name: 'Photos', job_id: 7 });
  });
});
