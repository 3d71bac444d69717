import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupLab, backupLab } from '../../../test/harness/backup.ts';
import { hungMount, loopfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import type { DestinationView } from './destinations.schema.ts';

const listOf = async (lab: BackupLab): Promise<DestinationView[]> =>
  (await lab.app.call('GET', '/api/destinations', { owner: true })).json;

describe('GET /api/destinations', () => {
  test('needs a login, and is empty without jobs', async () => {
    const lab = backupLab();
    expect((await lab.app.call('GET', '/api/destinations')).status).toBe(401);
    expect(await listOf(lab)).toEqual([]);
  });

  test('shows each destination once, with the jobs that write there', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    buildTree(join(lab.dir, 'two'), { b: '1' });
    const first = await lab.job({ name: 'One' });
    const second = await lab.job({ name: 'Two', sources: [join(lab.dir, 'two')] });
    const third = await lab.job({ name: 'Three', subdir: 'deep', sources: [join(lab.dir, 'two')] });
    const before = await listOf(lab);
    expect(before.map(({ address, jobs }) => [address, jobs.map(({ id }) => id)])).toEqual([
      [`local:${lab.dst}`, [first, second]],
      [`local:${lab.dst}/deep`, [third]],
    ]);
    expect(before[0]).toMatchObject({
      type: 'local',
      path: lab.dst,
      present: true,
      writable: true,
      destination_id: null,
      last_seen: '2026-01-05T02:00:00Z',
      last_run_at: null,
      last_completed_at: null,
      jobs: [
        { id: first, name: 'One' },
        { id: second, name: 'Two' },
      ],
    });
    expect(before[0]?.free_bytes).toBeGreaterThan(0);
    expect(before[0]?.total_bytes).toBeGreaterThan(before[0]?.free_bytes ?? 0);

    lab.app.clock.advance(60_000);
    await lab.run(first);
    const [after] = await listOf(lab);
    expect(after).toMatchObject({
      destination_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      last_run_at: '2026-01-05T02:01:00Z',
      last_completed_at: '2026-01-05T02:01:00Z',
    });
  });

  test('follows a drive, knows it when it is away, and does not take what lies beneath for it', async () => {
    const stick = loopfs({ sizeMiB: 32, type: 'ext4' });
    const elsewhere = tempDir('elsewhere');
    const lab = backupLab(undefined, [stick.path, elsewhere]);
    buildTree(lab.src, { a: '1' });
    const named = await lab.job({ to: stick.path, subdir: 'b', config: { usb_uuid: stick.uuid } });
    const typed = await lab.job({ to: stick.path, subdir: 'c', sources: [join(lab.dir, 'two')] });
    buildTree(join(lab.dir, 'two'), { b: '1' });
    for (const job of [named, typed]) expect((await lab.run(job)).error_message).toBeNull();
    const there = await listOf(lab);
    for (const one of there)
      expect(one).toMatchObject({ kind: 'ext4', filesystem_uuid: stick.uuid, present: true, writable: true });
    expect(there[0]?.address).toBe(`drive:${stick.uuid}/b`);

    stick.unmount();
    lab.app.clock.advance(3_600_000);
    mkdirSync(join(stick.path, 'c'), { recursive: true });
    const away = await listOf(lab);
    for (const [index, one] of away.entries())
      expect(one).toMatchObject({
        kind: null,
        path: join(stick.path, index === 0 ? 'b' : 'c'),
        total_bytes: null,
        free_bytes: null,
        present: false,
        writable: null,
        filesystem_uuid: stick.uuid,
        destination_id: there[index]?.destination_id ?? '',
        last_seen: '2026-01-05T02:00:00Z',
      });

    stick.mount(join(elsewhere, 'mnt'));
    stick.remount('ro');
    const [back] = await listOf(lab);
    expect(back).toMatchObject({ path: join(elsewhere, 'mnt/b'), present: true, writable: false });
    stick.remount('rw');
  });

  test('says of a destination in the network what is known without asking it, and no secret', async () => {
    const lab = backupLab();
    const credential = await lab.app.call('POST', '/api/credentials', {
      owner: true,
      body: { name: 'S3', provider_type: 's3', data: { access_key_id: 'AKIAEXAMPLE', secret_access_key: 'secret' } },
    });
    const body = {
      name: 'Cloud',
      source_dirs: [lab.src],
      destination_type: 's3',
      destination_config: { bucket: 'my-bucket', region: 'us-east-1', prefix: 'nas/' },
      credential_id: credential.json.id,
    };
    const { id } = (await lab.app.call('POST', '/api/jobs', { owner: true, body })).json;
    const [one] = await listOf(lab);
    const { address, type, jobs, ...unknown } = one as DestinationView;
    expect({ address, type, jobs }).toEqual({ address: 's3:my-bucket/nas', type: 's3', jobs: [{ id, name: 'Cloud' }] });
    expect(new Set(Object.values(unknown))).toEqual(new Set([null]));
  });

  test('answers soon when a network mount does not, and so does the list of what to look at', async () => {
    const lab = backupLab();
    const job = await lab.job();
    const end = hungMount(lab.dst);
    const asked = performance.now();
    const [list, attention] = await Promise.all([
      listOf(lab),
      lab.app.call('GET', '/api/attention', { owner: true }).then(({ json }) => json),
    ]);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(list).toMatchObject([{ path: lab.dst, present: false, free_bytes: null, jobs: [{ id: job }] }]);
    expect(attention).toMatchObject([{ id: `job:${job}:never-run` }]);
    end();
  });
});
