import { describe, expect, test } from 'bun:test';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../harness/backup.ts';
import { startCrashBox, untilEnded } from '../harness/crash-box.ts';
import { tmpfs } from '../harness/filesystems.ts';
import { fillUp } from '../harness/full-disk.ts';
import { eventually } from '../harness/processes.ts';
import { runProgram, startServer } from '../harness/program.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { tempDir } from '../harness/temp.ts';
import { buildTree } from '../harness/trees.ts';

/** A lab whose data folder has a small disk of its own, which can be full. */
function smallLab() {
  const disk = tmpfs({ size: '8m' });
  const lab = backupLab(undefined, [], join(disk.path, 'box'));
  const filler = join(disk.path, 'somebody else');
  const call = (method: string, path: string, body?: unknown) => lab.app.call(method, path, { owner: true, body });
  return { disk, lab, call, fill: () => fillUp(filler), free: () => rmSync(filler, { force: true }) };
}

const full = { error: 'Insufficient storage', message: 'A disk of this box is full. Free some space and try again.' };

describe('the disk of the data folder is full (R-16)', () => {
  test('while requests come: what was answered is kept, the rest is refused in words, and reading goes on', async () => {
    const { call, fill, free, lab } = smallLab();
    const job = await lab.job();
    fill();
    const kept = new Set<string>();
    let refused = 0;
    for (let n = 0; n < 400 && refused < 20; n += 1) {
      const answer = await call('POST', '/api/credentials', {
        name: `n${n}`,
        provider_type: 's3',
        data: { access_key_id: 'AKIA', secret_access_key: 'x'.repeat(500) },
      });
      if (answer.status === 200) kept.add(`n${n}`);
      else {
        refused += 1;
        expect([answer.status, answer.json]).toEqual([507, full]);
      }
    }
    expect(refused).toBe(20);
    const names = async () => (await call('GET', '/api/credentials')).json.map(({ name }: { name: string }) => name);
    expect(new Set(await names())).toEqual(kept);
    for (const path of ['/api/jobs', `/api/jobs/${job}/runs`, '/api/settings', '/api/system/health'])
      expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
    const run = await call('POST', `/api/jobs/${job}/run`);
    expect([run.status, run.json]).toEqual([507, full]);
    free();
    expect(new Set(await names())).toEqual(kept);
    expect((await lab.run(job)).status).toBe('completed');
  });

  test('while a run writes: it says which disk is full, its end is saved when there is room, and the next one finishes', async () => {
    const { call, fill, free, lab } = smallLab();
    buildTree(lab.src, { large: Buffer.alloc(3_000_000, 'x') });
    for (let n = 0; n < 300; n += 1) buildTree(lab.src, { [`many/${n}`]: 'x' });
    const job = await lab.job();
    const id = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 2048 } });
    await eventually('the copy begins', () => existsSync(join(lab.dst, 'src')));
    fill();
    // Everything is at its place; that it is cannot be written down.
    await eventually('the copy ends', () => existsSync(join(lab.dst, 'src/many/299')), 15_000);
    await Bun.sleep(1000);
    const meanwhile = await call('GET', `/api/runs/${id}`);
    expect([meanwhile.status, meanwhile.json.status]).toEqual([200, 'running']);
    expect((await call('POST', `/api/jobs/${job}/run`)).status).toBe(409);
    free();
    await lab.app.app.backups.idle();
    const run = await lab.read(id);
    expect(run).toMatchObject({ status: 'failed', reason: 'no_space' });
    expect(run.error_message).toContain('Dynamight keeps its own data');
    expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('until the box is told to stop: the next start settles the run', async () => {
    const disk = tmpfs({ size: '8m' });
    const dir = tempDir('lab');
    const [src, dst, filler] = [join(dir, 'src'), join(dir, 'dst'), join(disk.path, 'somebody else')] as const;
    buildTree(src, { large: Buffer.alloc(3_000_000, 'x') });
    buildTree(dst, {});
    const box = await startCrashBox(join(disk.path, 'box'), dir);
    const { id: job } = await box.api.post<{ id: number }>('/api/jobs', {
      name: 'Backup',
      source_dirs: [src],
      destination_type: 'local',
      destination_config: { mount_point: dst, backup_subdir: '' },
      sync_options: { bandwidth_limit_kbps: 1024 },
    });
    const { run_id } = await box.api.post<{ run_id: number }>(`/api/jobs/${job}/run`);
    await eventually('the copy begins', () => existsSync(join(dst, 'src')));
    fillUp(filler);
    box.kill('SIGKILL');
    await box.ended;
    box.api.close();

    const refused = await runProgram([
      'serve',
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--data-dir',
      join(disk.path, 'box'),
    ]);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('its disk is full. Free some space and try again');
    expect(refused.stderr).not.toContain('dynamight: database');

    rmSync(filler);
    const again = await startCrashBox(join(disk.path, 'box'), dir);
    expect(await untilEnded(again.api, run_id)).toMatchObject({ status: 'failed', reason: 'interrupted' });
    again.api.close();
  });

  test('before the first start: the program says so and makes nothing that looks damaged later', async () => {
    const disk = tmpfs({ size: '1m' });
    fillUp(join(disk.path, 'somebody else'));
    const dir = join(disk.path, 'box');
    const refused = await runProgram(['serve', '--port', '0', '--host', '127.0.0.1', '--data-dir', dir]);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('its disk is full. Free some space and try again');
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    disk.unmount();
    const big = tmpfs({ size: '16m' });
    const server = await startServer(join(big.path, 'box'));
    expect(await (await fetch(`${server.url}/api/system/health`)).json()).toMatchObject({ status: 'ok' });
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});
