import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { adminLogin } from '../harness/app.ts';
import { backupLab } from '../harness/backup.ts';
import { temporaryFiles } from '../harness/crash-box.ts';
import { loopfs, shutdownFs } from '../harness/filesystems.ts';
import { eventually } from '../harness/processes.ts';
import { startServer } from '../harness/program.ts';
import { dice, seedFor } from '../harness/random.ts';
import { scale } from '../harness/scale.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { buildTree } from '../harness/trees.ts';

describe('power that fails under the data folder (R-23)', () => {
  test('loses nothing that was acknowledged: not a job, not a credential, not a deletion, not a session', async () => {
    const disk = loopfs({ sizeMiB: 96, type: 'ext4' });
    const dir = join(disk.path, 'box');
    const { next } = dice(seedFor('power cuts under the database'));
    const kept = { credentials: new Set<string>(), jobs: new Set<string>() };
    const gone = new Set<string>();
    /** Asked for and never answered: may be there or not. */
    const unknown = new Set<string>();
    let cookie = '';
    let acknowledged = 0;

    for (let round = 0; round <= scale.powerCuts; round += 1) {
      const server = await startServer(dir, [], { ALLOWED_BROWSE_PATHS: '/mnt' });
      const call = async (method: string, path: string, body?: unknown) => {
        const answer = await fetch(`${server.url}/api${path}`, {
          method,
          headers: { 'content-type': 'application/json', cookie },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, json: await answer.json(), cookie: answer.headers.getSetCookie().join() };
      };
      const names = async (path: string) =>
        ((await call('GET', path)).json as { name: string }[]).map(({ name }) => name);

      // Nothing but a whole box answers these: not recovery, not a new one that anybody could set up.
      expect((await call('GET', '/system/health')).json).toMatchObject({ status: 'ok' });
      if (round === 0) {
        const made = await call('POST', '/auth/setup', adminLogin);
        cookie = /token=[^;]*/.exec(made.cookie)?.[0] ?? '';
      }
      expect((await call('GET', '/auth/setup-required')).json).toEqual({ setup_required: false });
      expect((await call('GET', '/auth/me')).status).toBe(200);
      const there = { credentials: await names('/credentials'), jobs: await names('/jobs') };
      for (const kind of ['credentials', 'jobs'] as const) {
        expect([kind, [...kept[kind]].filter((name) => !there[kind].includes(name))]).toEqual([kind, []]);
        expect(there[kind].filter((name) => !kept[kind].has(name) && !unknown.has(name))).toEqual([]);
      }
      expect([...there.credentials, ...there.jobs].filter((name) => gone.has(name))).toEqual([]);
      for (const name of there.credentials) kept.credentials.add(name);
      for (const name of there.jobs) kept.jobs.add(name);
      unknown.clear();
      if (round === scale.powerCuts) {
        server.signal('SIGTERM');
        expect(await server.ended).toBe(0);
        break;
      }

      let cut = false;
      const write = async (writer: number) => {
        for (let n = 0; !cut; n += 1) {
          const name = `r${round}w${writer}n${n}`;
          const kind = writer % 2 === 0 ? 'credentials' : 'jobs';
          unknown.add(name);
          const body =
            kind === 'credentials'
              ? { name, provider_type: 's3', data: { access_key_id: 'AKIA', secret_access_key: 'x'.repeat(200) } }
              : {
                  name,
                  source_dirs: [`/mnt/${name}`],
                  destination_type: 'local',
                  destination_config: { mount_point: `/mnt/d${name}`, backup_subdir: '' },
                };
          const answer = await call('POST', `/${kind}`, body);
          if (answer.status !== 200) throw new Error(`answered ${answer.status} ${JSON.stringify(answer.json)}`);
          if (cut) return; // answered before or after, who knows
          acknowledged += 1;
          unknown.delete(name);
          kept[kind].add(name);
          if (n % 5 !== 4) continue;
          kept[kind].delete(name);
          unknown.add(name);
          const removed = await call('DELETE', `/${kind}/${answer.json.id}`);
          if (removed.status !== 200 || cut) continue;
          unknown.delete(name);
          gone.add(name);
        }
      };
      const writers = [0, 1, 2, 3].map((writer) => write(writer).catch((error: unknown) => (cut ? null : error)));
      await Bun.sleep(300 + next(500));
      cut = true;
      shutdownFs(disk.path);
      server.signal('SIGKILL');
      await server.ended;
      expect((await Promise.all(writers)).filter((error) => error)).toEqual([]);
      disk.unmount();
      disk.mount();
    }
    expect(acknowledged).toBeGreaterThan(20 * scale.powerCuts);
    console.log('acknowledged', acknowledged);
    const db = new Database(join(dir, 'dynamight.db'), { readonly: true });
    expect(db.query('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    db.close();
  }, 240_000);
});

describe('power that fails under the destination', () => {
  test('leaves nothing half written: the next run finishes, and takes away what rsync could not', async () => {
    const stick = loopfs({ sizeMiB: 96, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    const landing = join(stick.path, 'src');
    buildTree(lab.src, {
      large: { content: Buffer.alloc(2_000_000, 'o'), mtime: 1_700_000_000 },
      '.large.backup': { content: 'a file of a person', mode: 0o600, mtime: 1_700_000_000 },
      small: 's',
    });
    const job = await lab.job({ to: stick.path });
    expect((await lab.run(job)).status).toBe('completed');
    // Only the backup has it now, and it looks like rsync's own: `.NAME.XXXXXX`.
    rmSync(join(lab.src, '.large.backup'));
    buildTree(lab.src, { large: Buffer.alloc(8_000_000, 'n'), 'new/one': Buffer.alloc(4_000_000, 'm') });

    const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 4096 } });
    await eventually('a file is being written', () => temporaryFiles(landing).length > 1);
    spawnSync('sync', ['-f', stick.path]);
    shutdownFs(stick.path);
    await lab.app.app.backups.idle();
    expect((await lab.read(run)).status).toBe('failed');
    stick.unmount();
    stick.mount();
    const left = temporaryFiles(stick.path);
    expect(left).toHaveLength(2);
    expect(left).toContain('src/.large.backup');

    const after = await lab.run(job);
    expect(after).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 2 });
    expect((await lab.logs(after.id)).join('\n')).toContain('Removed 1 temporary file');
    expect(temporaryFiles(stick.path)).toEqual(['src/.large.backup']);
    expectSameTree(lab.src, landing, { skip: (path) => path === '.large.backup' });
    const again = await lab.run(job);
    expect(again).toMatchObject({ status: 'completed', files_transferred: 0 });
    expect((await lab.logs(again.id)).join('\n')).not.toContain('temporary');
    expect(readdirSync(join(stick.path, '.dynamight')).sort()).toEqual([
      'README.txt',
      'history',
      'lock',
      'marker.json',
    ]);
  });

  test('right after the first claim of it: the marker is whole, and the next run goes on there', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { large: Buffer.alloc(4_000_000, 'n') });
    const job = await lab.job({ to: stick.path });
    const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 2048 } });
    await eventually('rsync is at work', () => existsSync(join(stick.path, 'src')));
    shutdownFs(stick.path);
    await lab.app.app.backups.idle();
    expect((await lab.read(run)).status).toBe('failed');
    stick.unmount();
    stick.mount();
    expect(existsSync(join(stick.path, '.dynamight/marker.json'))).toBe(true);
    expect(await lab.run(job)).toMatchObject({ status: 'completed' });
    expectSameTree(lab.src, join(stick.path, 'src'));
    expect(temporaryFiles(stick.path)).toEqual([]);
  });
});
