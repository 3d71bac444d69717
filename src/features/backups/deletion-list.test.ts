import { describe, expect, test } from 'bun:test';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { type BackupLab, backupLab } from '../../../test/harness/backup.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { buildTree, findCounts, pathIn } from '../../../test/harness/trees.ts';
import { createDeletionList, listedPath } from './deletion-list.ts';
import { createLogStore } from './logs.store.ts';

const dayMs = 86_400_000;
const app = startTestApp();
const names = Array.from({ length: 40 }, (_, n) => `f${n}`);

/** Forty files were backed up, and thirty of them are gone from the source: the next run stops. */
async function stoppedLab() {
  const lab = backupLab();
  for (const name of names) buildTree(lab.src, { [name]: name });
  const job = await lab.job({ options: { delete_extraneous: true } });
  expect((await lab.run(job)).status).toBe('completed');
  for (const name of names.slice(0, 30)) rmSync(join(lab.src, name));
  const stopped = await lab.run(job);
  expect(stopped).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
  return { lab, job, stopped, confirm: stopped.confirm ?? '' };
}
const listed = async (lab: BackupLab, run: number, query = ''): Promise<{ landing: string; path: string }[]> =>
  (await lab.app.call('GET', `/api/runs/${run}/deletions${query}`, { owner: true })).json;
const pathsOf = async (lab: BackupLab, run: number) => (await listed(lab, run)).map((one) => one.path).sort();
const ask = (lab: BackupLab, job: number, confirm: string) =>
  lab.app.call('POST', `/api/jobs/${job}/run`, { owner: true, body: { confirm } });
const refused = [
  409,
  {
    error: 'Conflict',
    message: 'This confirmation is not valid: it was used, is older than seven days, or belongs to another job.',
  },
];

describe('a run that would delete too much', () => {
  test('names exactly the files, and deletes exactly those once they are confirmed', async () => {
    const { lab, job, stopped, confirm } = await stoppedLab();
    const list = await pathsOf(lab, stopped.id);
    expect(list).toEqual(names.slice(0, 30).sort());
    expect(stopped.error_message).toContain(`${list.length} of 40`);
    const paged = [];
    for (let offset = 0; offset < 35; offset += 7)
      paged.push(...(await listed(lab, stopped.id, `?limit=7&offset=${offset}`)));
    expect(paged).toEqual(await listed(lab, stopped.id));
    expect(Object.keys(paged[0] ?? {})).toEqual(['landing', 'path']);

    const done = await lab.run(job, { confirm });
    expect(done).toMatchObject({ status: 'completed', files_deleted: 30 });
    expect(readdirSync(join(lab.dst, 'src')).sort()).toEqual(names.slice(30).sort());
    expect(await listed(lab, done.id)).toEqual([]);
    expect(await pathsOf(lab, stopped.id)).toEqual(list);
  });

  test('asks again, with a new list and a new token, when the list has changed meanwhile', async () => {
    const { lab, job, stopped, confirm } = await stoppedLab();
    const before = snapshotTree(join(lab.dst, 'src'));
    buildTree(lab.src, { f0: 'f0' });
    rmSync(join(lab.src, 'f39')); // as many files, but others
    const again = await lab.run(job, { confirm });
    expect(again).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
    expect(again.confirm).not.toBe(confirm);
    expect(await pathsOf(lab, again.id)).toEqual([...names.slice(1, 30), 'f39'].sort());
    expect(await pathsOf(lab, stopped.id)).toEqual(names.slice(0, 30).sort());
    expect(snapshotTree(join(lab.dst, 'src'))).toEqual(before);
    const used = await ask(lab, job, confirm);
    expect([used.status, used.json]).toEqual(refused);
    expect(await lab.run(job, { confirm: again.confirm })).toMatchObject({ status: 'completed', files_deleted: 30 });
  });

  test('takes a confirmation once, for seven days, and only for its own job', async () => {
    const { lab, job, confirm } = await stoppedLab();
    const other = await lab.job({ name: 'Other', subdir: 'other', options: { delete_extraneous: true } });
    const foreign = await ask(lab, other, confirm);
    expect([foreign.status, foreign.json]).toEqual(refused);

    lab.app.clock.advance(7 * dayMs);
    const late = await ask(lab, job, confirm);
    expect([late.status, late.json]).toEqual(refused);
    const fresh = (await lab.run(job)).confirm as string;
    lab.app.clock.advance(7 * dayMs - 1000);
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(lab, job, fresh)));
    expect(asked.map((one) => one.status).sort((a, b) => a - b)).toEqual([200, ...Array<number>(7).fill(409)]);
    await lab.app.app.backups.idle();
    expect(findCounts(join(lab.dst, 'src')).files).toBe(10);
    const again = await ask(lab, job, fresh);
    expect([again.status, again.json]).toEqual(refused);
  });

  test('is asked for anew when the run with the token was deleted', async () => {
    const { lab, job, stopped, confirm } = await stoppedLab();
    expect((await lab.app.call('DELETE', `/api/runs/${stopped.id}`, { owner: true })).status).toBe(200);
    expect((await ask(lab, job, confirm)).status).toBe(409);
    expect((await lab.app.call('GET', `/api/runs/${stopped.id}/deletions`, { owner: true })).status).toBe(404);
    const logs = createLogStore(lab.app.data.logs);
    expect(logs.deletions(stopped.uuid, 10, 0)).toEqual([]);
  });

  test('shows names as people can read them, of every source, and no folders', async () => {
    const lab = backupLab();
    const second = join(lab.dir, 'Bücher/src');
    buildTree(lab.src, { keep: '1' });
    buildTree(second, [
      ['keep', '1'],
      ['sub/line\nbreak', '2'],
      [Buffer.from([0x73, 0x75, 0x62, 0x2f, 0xff]), '3'],
      ['sub/é', '4'],
    ]);
    const job = await lab.job({
      sources: [lab.src, second],
      options: { delete_extraneous: true, max_delete_percent: 0 },
    });
    expect((await lab.run(job)).status).toBe('completed');
    rmSync(join(second, 'sub'), { recursive: true });
    rmSync(pathIn(second, 'keep'));
    rmSync(join(lab.src, 'keep'));
    buildTree(lab.src, { new: '1' });
    buildTree(second, { new: '1' });
    const stopped = await lab.run(job);
    expect(stopped).toMatchObject({ reason: 'too_many_deletions' });
    const rows = (await listed(lab, stopped.id)).map((one) => `${one.landing} ${one.path}`);
    const [one, two] = (await lab.app.call('GET', `/api/jobs/${job}`, { owner: true })).json.landings;
    expect(rows.sort()).toEqual(
      [`${one} keep`, `${two} keep`, `${two} sub/\\xff`, `${two} sub/line\\u000abreak`, `${two} sub/é`].sort(),
    );
    expect([one, two].join()).toContain('Bücher/src');
  });
});

test('a run that may delete what it found leaves no list, however long it was', async () => {
  const lab = backupLab();
  const many = Object.fromEntries(Array.from({ length: 1100 }, (_, n) => [`d${n % 10}/f${n}`, '']));
  buildTree(lab.src, { keep: '1', ...many });
  const job = await lab.job({ options: { delete_extraneous: true, max_delete_percent: 100, verbosity: 'quiet' } });
  await lab.run(job);
  for (let n = 0; n < 10; n += 1) rmSync(join(lab.src, `d${n}`), { recursive: true });
  const run = await lab.run(job);
  expect(run).toMatchObject({ status: 'completed', files_deleted: 1100 });
  expect(await listed(lab, run.id)).toEqual([]);
  expect(lab.app.data.logs.$client.query('SELECT id FROM planned_deletions').all()).toEqual([]);
});

describe('the list while it is found', () => {
  const { $client } = app.data.logs;
  const logs = createLogStore(app.data.logs);
  const rows = () => $client.query<{ n: number }, []>('SELECT count(*) AS n FROM planned_deletions').get()?.n;
  const found = (count: number, over: Partial<typeof logs> = {}) => {
    const lost: unknown[] = [];
    const store = { ...logs, ...over };
    const list = createDeletionList({ runUuid: 'r', logs: store, onLost: (error) => lost.push(error) });
    for (let n = 0; n < count; n += 1) list.add('src', `f${n}`);
    return { list, lost };
  };

  test('is stored in pieces, and a short one that is not needed is never written', async () => {
    const long = found(2500).list;
    expect(rows()).toBe(2000);
    long.keep();
    await long.close();
    expect(rows()).toBe(2500);
    expect(logs.deletions('r', 1, 2499).map(listedPath)).toEqual([{ landing: 'src', path: 'f2499' }]);
    await found(999).list.close();
    expect(rows()).toBe(2500);
    while (logs.dropDeletions('r'));
  });

  test('that cannot be stored is told once and left out whole', async () => {
    let calls = 0;
    const { list, lost } = found(5000, {
      addDeletions(run, paths) {
        calls += 1;
        if (calls > 1) throw new Error('database or disk is full');
        logs.addDeletions(run, paths);
      },
    });
    expect(rows()).toBe(1000);
    list.keep();
    await list.close();
    expect([calls, lost.length, rows()]).toEqual([2, 1, 0]);
  });
});
