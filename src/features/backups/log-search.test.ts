import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { searchedAtOnce } from './log-search.ts';
import { createLogStore, type LogLevel } from './logs.store.ts';
import { defaultSyncOptions } from './options.ts';
import { runs } from './table.ts';

const home = tempDir('home');
buildTree(home, { 'src/a': '1', 'dst/': null });
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const logs = createLogStore(app.data.logs);
const call = (path: string) => app.call('GET', path, { owner: true });

let job = 0;
async function runSaying(lines: readonly (string | [LogLevel, string])[]): Promise<number> {
  if (job === 0) {
    const body = {
      name: 'Backup',
      source_dirs: [join(home, 'src')],
      destination_type: 'local',
      destination_config: { mount_point: join(home, 'dst'), backup_subdir: '' },
    };
    job = (await app.call('POST', '/api/jobs', { body, owner: true })).json.id;
  }
  const uuid = crypto.randomUUID();
  const { id } = app.data.main
    .insert(runs)
    .values({
      uuid,
      jobId: job,
      jobName: 'Backup',
      status: 'completed',
      trigger: 'manual',
      dryRun: false,
      syncOptions: defaultSyncOptions,
      createdAt: 0,
    })
    .returning({ id: runs.id })
    .get();
  logs.append(
    uuid,
    lines.map((line) => {
      const [level, message] = typeof line === 'string' ? (['info', line] as const) : line;
      return { timestamp: 0, level, message };
    }),
  );
  return id;
}
const search = async (run: number, text: string, more = '') =>
  (await call(`/api/runs/${run}/logs/search?text=${encodeURIComponent(text)}${more}`)).json;
const said = (answer: { lines: { message: string }[] }) => answer.lines.map((line) => line.message);

describe('searching a log', () => {
  test('finds lines as the log itself tells them, whatever the case and the accents', async () => {
    const run = await runSaying(['photos/Müller.jpg', 'photos/mu\u0308ller 2.jpg', 'a%b_c', '<img src=x>', 'aXbYc']);
    const found = await search(run, 'MÜLLER');
    const all = (await call(`/api/runs/${run}/logs`)).json;
    expect(found).toEqual({ lines: all.slice(0, 2), searched: 5, total: 5, more: false });
    expect(said(await search(run, '%b_'))).toEqual(['a%b_c']);
    expect(said(await search(run, '<IMG'))).toEqual(['<img src=x>']);
    expect(said(await search(run, "' OR 1=1--"))).toEqual([]);
  });

  test('keeps to one level where asked', async () => {
    const run = await runSaying(['x 1', ['warning', 'x 2'], ['error', 'x 3'], ['error', 'y 4'], 'x 5']);
    expect(said(await search(run, 'x', '&level=info'))).toEqual(['x 1', 'x 5']);
    expect(said(await search(run, 'x', '&level=warning'))).toEqual(['x 2']);
    expect(await search(run, 'x', '&level=error')).toMatchObject({ searched: 5, total: 5, more: false });
    expect(said(await search(run, '4', '&level=error&offset=2'))).toEqual(['y 4']);
  });

  for (const level of [undefined, 'info', 'error'] as const)
    test(`goes through a long log in pieces without gap or repeat, level ${level ?? 'any'}`, async () => {
      const lines = Array.from({ length: searchedAtOnce * 2 + 300 }, (_, n): [LogLevel, string] => [
        n % 3 === 0 ? 'error' : 'info',
        n % 500 === 0 ? `needle ${n}` : `hay ${n}`,
      ]);
      const run = await runSaying(lines);
      const found: string[] = [];
      let offset = 0;
      for (let more = true; more; ) {
        const answer = await search(run, 'needle', `&limit=7&offset=${offset}${level ? `&level=${level}` : ''}`);
        expect(answer.searched).toBeGreaterThan(offset);
        expect(answer.lines.length).toBeLessThanOrEqual(7);
        found.push(...said(answer));
        ({ more, searched: offset } = answer);
      }
      const wanted = lines.filter(([of, text]) => text.startsWith('needle') && (!level || of === level));
      expect(found).toEqual(wanted.map(([, text]) => text));
      expect(offset).toBe(lines.length);
    });

  test('looks at ten thousand lines at most in one go, and says how far it came', async () => {
    const run = await runSaying(Array.from({ length: searchedAtOnce + 1 }, (_, n) => `line ${n}`));
    expect(await search(run, 'nothing')).toEqual({
      lines: [],
      searched: searchedAtOnce,
      total: searchedAtOnce + 1,
      more: true,
    });
  });

  test('of a run that said nothing, and beyond the end, finds nothing', async () => {
    const none = { lines: [], searched: 0, total: 0, more: false };
    expect(await search(await runSaying([]), 'x')).toEqual(none);
    expect(await search(await runSaying(['x']), 'x', '&offset=500')).toMatchObject({ lines: [], more: false });
    expect(await search(await runSaying(['x']), 'x', '&offset=999999999999999')).toMatchObject({ lines: [] });
  });

  const wrong: [query: string, field: string][] = [
    ['', 'text'],
    ['text=', 'text'],
    [`text=${'x'.repeat(201)}`, 'text'],
    ['text=x&level=debug', 'level'],
    ['text=x&offset=-1', 'offset'],
    ['text=x&limit=abc', 'limit'],
  ];
  const path = '/api/runs/1/logs/search';
  scenarios(
    () => app,
    [
      { name: 'asks for a login', method: 'GET', path: `${path}?text=x`, as: 'nobody', status: 401 },
      {
        name: 'tells that there is no such run',
        method: 'GET',
        path: '/api/runs/999999/logs/search?text=x',
        status: 404,
        exactly: { error: 'Not found', message: 'Run not found' },
      },
      ...wrong.map(
        ([query, field]): Scenario => ({
          name: `is refused with ${query.slice(0, 30) || 'nothing'}`,
          method: 'GET',
          path: `${path}?${query}`,
          status: 400,
          contains: [`Field '${field}'`],
        }),
      ),
    ],
  );
});
