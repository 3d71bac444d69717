import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { scale } from '../../../test/harness/scale.ts';
import { scenarios } from '../../../test/harness/scenario.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, findCounts, hostileNames, type TreeSpec } from '../../../test/harness/trees.ts';
import { rsyncArgs } from '../../system/rsync/args.ts';
import { type ExcludeFindings, findExcluded } from './exclude-test.ts';

const forEver = { signal: new AbortController().signal, late: () => false };
const look = (sourceDir: string, patterns: string[], excludeFolders: string[] = []): Promise<ExcludeFindings> =>
  findExcluded({ sourceDir, patterns, excludeFolders, examples: 1000, itemMark: '@mark' }, forEver);

/** What a real copy with these patterns brings over. */
function reallyCopied(source: string, patterns: string[]) {
  const to = tempDir('copied');
  mkdirSync(join(to, 'landing'));
  const done = spawnSync(
    'rsync',
    rsyncArgs({
      sourceDir: source,
      landing: 'landing',
      filesystem: 'unix',
      excludePatterns: patterns,
      excludeFolders: [],
      checksum: false,
      sparse: false,
      bandwidthLimitKbps: null,
      deleteExtraneous: false,
      backupDir: null,
      dryRun: false,
      pass: 'copy',
      listUnchanged: false,
      itemMark: '@m',
    }),
    { cwd: to },
  );
  expect(done.status).toBe(0);
  return { dir: join(to, 'landing'), ...findCounts(join(to, 'landing')) };
}

/** What was found is what a real copy does, to the file and to the byte. */
async function agrees(source: string, patterns: string[]): Promise<ExcludeFindings> {
  const found = await look(source, patterns);
  const [all, copied] = [findCounts(source), reallyCopied(source, patterns)];
  const kept = { files: copied.files, bytes: copied.bytes };
  const excluded = { files: all.files - kept.files, bytes: all.bytes - kept.bytes };
  expect({ ...found, patterns }).toEqual({ patterns, kept, excluded, complete: true });
  const sum = (field: 'files' | 'bytes') => found.patterns.reduce((total, one) => total + one[field], 0);
  expect({ patterns, files: sum('files'), bytes: sum('bytes') }).toEqual({ patterns, ...excluded });
  return found;
}

describe('what patterns leave out', () => {
  test('is told by pattern, with examples; what two match counts for the first', async () => {
    const source = tempDir('source');
    buildTree(source, {
      'a.tmp': '123',
      'sub/b.tmp': '12',
      'cache/x': '1',
      'cache/y.tmp': '22',
      'link.tmp': { symlink: 'a.tmp' },
      keep: '12345',
      twin: { hardlink: 'keep' },
    });
    const found = await agrees(source, ['*.tmp', '/cache/', 'nothing', '*.tmp', 'a*']);
    expect(found.patterns.map(({ pattern, files, bytes }) => [pattern, files, bytes])).toEqual([
      ['*.tmp', 2, 5],
      ['/cache/', 2, 3],
      ['nothing', 0, 0],
      ['*.tmp', 0, 0],
      ['a*', 0, 0],
    ]);
    expect(found.patterns[0]?.examples.toSorted()).toEqual(['a.tmp', 'link.tmp', 'sub/b.tmp']);
    expect(found.patterns[1]?.examples).toEqual(['cache/']);
    expect(found.kept).toEqual({ files: 2, bytes: 10 });
  });

  test('is right for names that break programs, and for names that quote rsync', async () => {
    const source = tempDir('hostile');
    const because = ' because of pattern ';
    const quoting = [`x${because}*.tmp`, `[sender] hiding file y${because}*.tmp`, `z${because}z`, 'x', 'z', '#012'];
    const names = [...hostileNames(), ...quoting.map((name) => Buffer.from(name))];
    buildTree(
      source,
      names.flatMap((name, n): [Buffer, string][] => [
        [name, 'x'.repeat(n)],
        [Buffer.concat([Buffer.from('sub/'), name]), 'yy'],
      ]) as TreeSpec,
    );
    for (const patterns of [
      ['*'],
      ['sub/'],
      ['*.tmp', 'z'],
      [`*.tmp${because}*.tmp`, '*.tmp'],
      [`z${because}z`, 'z', `*${because}*`],
      ['\\#012', '*\\#*', 'é', 'ß', '€*', '/Case', 'a b', '-rf', '!', '+ x', '- x'],
      ['[ab]', '?', '*[[:cntrl:]]*'],
    ])
      await agrees(source, patterns);
    const one = await look(source, [`z${because}z`]);
    expect(one.patterns[0]?.examples.toSorted()).toEqual([`sub/z${because}z`, `z${because}z`]);
  });

  test('is what a real copy leaves out, whatever the tree and the patterns', async () => {
    let seed = 7;
    const below = (limit: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * limit);
    };
    const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
    const letters = ['a', 'b', 'ab', '.c', ' ', 'é', '[', '*', '\\', '#', '\n', 'tmp'];
    const pieces = [...letters.slice(0, 10), '*', '**', '?', '/', '[a-b]', '[^a]', '.'];
    const source = tempDir('random');
    const word = (of: readonly string[], most: number) =>
      Array.from({ length: 1 + below(most) }, () => pick(of)).join('');
    for (let n = 0; n < 100; n += 1) {
      const path = Array.from({ length: 1 + below(4) }, () => word(letters, 2)).join('/');
      const above = path.split('/').slice(0, -1);
      const free = above.every((_, depth) => {
        const folder = join(source, ...path.split('/').slice(0, depth + 1));
        return !existsSync(folder) || lstatSync(folder).isDirectory();
      });
      if (free && !existsSync(join(source, path))) buildTree(source, { [path]: 'x'.repeat(below(50)) });
    }
    expect(findCounts(source).files).toBeGreaterThan(40);
    for (let round = 0; round < scale.propertyRounds / 20; round += 1) {
      const patterns = Array.from({ length: 1 + below(4) }, () => word(pieces, 4)).filter((one) => one.trim() !== '');
      await agrees(source, patterns);
    }
  }, 120_000);

  test('folders of our own count neither way, and nothing is made anywhere', async () => {
    const source = tempDir('source');
    buildTree(source, { 'data/db': '1234', 'a.tmp': '1', b: '1' });
    const before = [snapshotTree(source), readdirSync('/').toSorted()];
    const found = await look(source, ['*.tmp'], ['data']);
    expect(found).toMatchObject({ excluded: { files: 1, bytes: 1 }, kept: { files: 1, bytes: 1 } });
    expect([snapshotTree(source), readdirSync('/').toSorted()]).toEqual(before);
  });
});

describe('POST /api/jobs/exclude-test', () => {
  const home = tempDir('home');
  buildTree(home, { 'src/a.tmp': '123', 'src/b': '1', 'src/file': 'x' });
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
  const good = { source_dir: join(home, 'src'), exclude_patterns: ['*.tmp'] };
  const ask = { method: 'POST', path: '/api/jobs/exclude-test' };
  scenarios(
    () => app,
    [
      { name: 'needs a login', ...ask, as: 'nobody', body: good, status: 401 },
      {
        name: 'answers what rsync would leave out',
        ...ask,
        body: good,
        status: 200,
        exactly: {
          patterns: [{ pattern: '*.tmp', files: 1, bytes: 3, examples: ['a.tmp'] }],
          excluded: { files: 1, bytes: 3 },
          kept: { files: 2, bytes: 2 },
          complete: true,
        },
      },
      {
        name: 'shows no more examples than asked for',
        ...ask,
        body: { ...good, exclude_patterns: ['*'], limit: 2 },
        status: 200,
        after: (_, { json }) => expect(json.patterns[0]).toMatchObject({ files: 3, examples: { length: 2 } }),
      },
      { name: 'wants a body', ...ask, body: { ...good, source_dir: 7 }, status: 400, contains: ['source_dir'] },
      {
        name: 'refuses a pattern a job could not have',
        ...ask,
        body: { ...good, exclude_patterns: ['ok', 'a\nb'] },
        status: 400,
        contains: ["'exclude_patterns.1' must not contain control characters"],
      },
      {
        name: 'does not look outside the allowed folders',
        ...ask,
        body: { ...good, source_dir: '/etc' },
        status: 400,
        contains: ['not inside an allowed folder'],
      },
      {
        name: 'says when the folder is not there',
        ...ask,
        body: { ...good, source_dir: join(home, 'gone') },
        status: 409,
        contains: ['is not there'],
      },
      { name: 'knows when there is no such job', ...ask, body: { ...good, job_id: 99 }, status: 404 },
    ],
  );
});
