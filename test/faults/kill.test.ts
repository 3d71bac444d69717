import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunStep, runSteps } from '../../src/features/backups/execute.ts';
import type { RunView } from '../../src/features/backups/schema.ts';
import {
  type CrashBox,
  processesWith,
  runToEnd,
  startCrashBox,
  temporaryFiles,
  untilEnded,
} from '../harness/crash-box.ts';
import { eventually } from '../harness/processes.ts';
import { dice, seedFor } from '../harness/random.ts';
import { scale } from '../harness/scale.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { tempDir } from '../harness/temp.ts';
import { buildTree } from '../harness/trees.ts';

const mebibyte = 1024 * 1024;

/** Folders, a data folder, and one job that mirrors `src`; the box over them is started anew after each death. */
async function killLab() {
  const dir = tempDir('kill');
  const [src, dst, data] = ['src', 'dst', 'data'].map((name) => join(dir, name)) as [string, string, string];
  for (const path of [src, dst]) mkdirSync(path);
  buildTree(src, { big: Buffer.alloc(4 * mebibyte, 'x'), 'sub/a': 'a', 'sub/b': 'b', '.hidden': 'h' });
  const begin = () => startCrashBox(data, dir);
  const box = await begin();
  const job = await box.api.post<{ id: number }>('/api/jobs', {
    name: 'Backup',
    source_dirs: [src],
    destination_type: 'local',
    destination_config: { mount_point: dst, backup_subdir: '' },
    sync_options: { delete_extraneous: true },
  });

  /** What must hold ten seconds after the start that follows a death, and what the next two runs must do. */
  const recovered = async (next: CrashBox, expected: string[]): Promise<RunView> => {
    const newest = async () => (await next.api.get<RunView[]>(`/api/jobs/${job.id}/runs`))[0] as RunView;
    await eventually('the dead run is settled', async () => (await newest()).completed_at !== null, 10_000);
    const dead = await newest();
    expect(expected).toContain(`${dead.status}/${dead.reason}`);
    // rsync tidies up for some tenths of a second after it was told to end.
    await eventually('rsync is gone', () => processesWith('rsync', dir).length === 0);
    expect(temporaryFiles(dst)).toEqual([]);
    expect(existsSync(join(data, 'spool')) ? readdirSync(join(data, 'spool')) : []).toEqual([]);
    expect(await runToEnd(next.api, job.id)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(src, join(dst, 'src'));
    expect(await runToEnd(next.api, job.id)).toMatchObject({ status: 'completed', files_transferred: 0 });
    return dead;
  };
  return { dir, src, dst, data, job: job.id, box, begin, recovered };
}

let change = 0;
/** A changed large file, a changed small one, one more and one less. */
function changeTree(src: string): void {
  change += 1;
  rmSync(join(src, `new${change - 1}`), { force: true });
  buildTree(src, { big: Buffer.alloc(4 * mebibyte, `${change}`), 'sub/a': `a${change}`, [`new${change}`]: 'n' });
}

/** At these the run had not reached its end in the database; after them it had. */
const atStep = (step: RunStep): string[] => (step === 'ended' ? ['completed/null'] : ['failed/interrupted']);

describe('a box that is killed (R-19)', () => {
  test('at any step of a run settles it at the next start, and the next run finishes the work', async () => {
    const lab = await killLab();
    let { box } = lab;
    for (const step of runSteps) {
      changeTree(lab.src);
      box.crashAt(step, step === 'copying' ? 2 : 1);
      // Killed before the answer went out, at the first step of all.
      const asked = box.api.post(`/api/jobs/${lab.job}/run`).then(
        () => 'answered',
        () => 'cut off',
      );
      expect([step, await box.ended]).toEqual([step, 137]);
      await asked;
      box.api.close();
      box = await lab.begin();
      await lab.recovered(box, atStep(step));
    }
  }, 120_000);

  test('at random moments of a run too', async () => {
    const lab = await killLab();
    const seed = seedFor('kill at random moments');
    const { next } = dice(seed);
    let { box } = lab;
    for (let round = 0; round < scale.killRounds; round += 1) {
      changeTree(lab.src);
      await box.api.post(`/api/jobs/${lab.job}/run`, { sync_options: { bandwidth_limit_kbps: 4096 } });
      await Bun.sleep(next(1800));
      box.kill('SIGKILL');
      await box.ended;
      box.api.close();
      box = await lab.begin();
      await lab.recovered(box, ['failed/interrupted', 'completed/null']);
    }
  }, 240_000);

  test('and started again at once lets the old rsync finish dying instead of failing over its lock', async () => {
    const lab = await killLab();
    await lab.box.api.post(`/api/jobs/${lab.job}/run`, { sync_options: { bandwidth_limit_kbps: 512 } });
    await eventually(
      'a file is being written',
      () => existsSync(join(lab.dst, 'src')) && temporaryFiles(lab.dst).length > 0,
    );
    lab.box.kill('SIGKILL');
    await lab.box.ended;
    lab.box.api.close();
    const box = await lab.begin();
    expect(await runToEnd(box.api, lab.job)).toMatchObject({ status: 'completed', error_count: 0 });
  });

  test('takes rsync with it, and the lock at the destination is free', async () => {
    const lab = await killLab();
    await lab.box.api.post(`/api/jobs/${lab.job}/run`, { sync_options: { bandwidth_limit_kbps: 512 } });
    await eventually('rsync is at work', () => processesWith('rsync', lab.dir).length > 0);
    lab.box.kill('SIGKILL');
    await lab.box.ended;
    await eventually('rsync ends', () => processesWith('rsync', lab.dir).length === 0, 2000);
    expect(spawnSync('flock', ['-n', join(lab.dst, '.dynamight/lock'), 'true']).status).toBe(0);
    lab.box.api.close();
  });
});

describe('an rsync that is killed while the box lives', () => {
  const parentOf = (pid: number) => Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]);
  const roles = ['sender', 'generator', 'receiver'];

  for (const [place, role] of roles.entries())
    test(`(the ${role}) is started again or the run fails, and nothing half written stays`, async () => {
      const lab = await killLab();
      await runToEnd(lab.box.api, lab.job);
      changeTree(lab.src);
      const { run_id } = await lab.box.api.post<{ run_id: number }>(`/api/jobs/${lab.job}/run`, {
        sync_options: { bandwidth_limit_kbps: 4096, delete_extraneous: false },
      });
      await eventually('a file is being written', () => temporaryFiles(lab.dst).length > 0);
      const found = processesWith('rsync', lab.dir);
      // Each of the three is the child of the one before.
      const chain = [found.find((pid) => parentOf(pid) === lab.box.pid) ?? 0];
      for (let n = 1; n < 3; n += 1) chain.push(found.find((pid) => parentOf(pid) === chain[n - 1]) ?? 0);
      process.kill(chain[place] ?? 0, 'SIGKILL');
      const run = await untilEnded(lab.box.api, run_id);
      expect(['completed/null', 'failed/interrupted']).toContain(`${run.status}/${run.reason}`);
      if (run.status === 'completed') {
        expect(temporaryFiles(lab.dst)).toEqual([]);
        expectSameTree(join(lab.src, 'sub'), join(lab.dst, 'src/sub'));
      }
      await lab.recovered(lab.box, [`${run.status}/${run.reason}`]);
    });
});
