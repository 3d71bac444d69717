import { describe, expect, test } from 'bun:test';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblems, journalProblems, scriptProblems } from './hygiene.ts';
import { readSources, root } from './sources.ts';

/** They name what they forbid. */
const own = ['test/arch/hygiene.ts', 'test/arch/hygiene.test.ts'];

const code = readSources('src/**/*.ts', 'ui/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'scripts/**/*');
const read = (path: string): string => readSources(path).get(path) ?? '';
const json = (path: string) => JSON.parse(read(path));

test('every file is short, well named, and without shortcuts', () => {
  expect(code.size).toBeGreaterThan(80);
  const files = [...code].filter(([file]) => !own.includes(file));
  expect(files.flatMap(([file, text]) => fileProblems(file, text))).toEqual([]);
});

test('every script can be run and begins with what it does and an example', () => {
  const scripts = [...code].filter(([file]) => /^scripts\/[^/]+$/.test(file));
  expect(scripts.map(([file]) => file)).toContain('scripts/run');
  for (const [file] of scripts) expect(statSync(join(root, file)).mode & 0o111).toBe(0o111);
  expect(scripts.flatMap(([file, text]) => scriptProblems(file, text))).toEqual([]);
});

test('every package has one exact version, and the lockfile the same', () => {
  const { dependencies, devDependencies } = json('package.json');
  const locked = json('package-lock.json').packages[''];
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(locked).toMatchObject({ dependencies, devDependencies });
});

test.each(['drizzle/main', 'drizzle/logs', 'drizzle/catalog'])(
  'migrations of %s are in order and all there',
  (folder) => {
    const journal = json(`${folder}/meta/_journal.json`);
    expect(journalProblems(journal)).toEqual([]);
    for (const { tag } of journal.entries) expect(existsSync(join(root, folder, `${tag}.sql`))).toBe(true);
    expect(readSources(`${folder}/*.sql`).size).toBe(journal.entries.length);
  },
);

test('the README names the two commands', () => {
  expect(read('README.md')).toContain('./scripts/run');
  expect(read('README.md')).toContain('./scripts/test');
});

describe('what would be refused:', () => {
  test.each([
    ['a room called utils', 'src/lib/utils.ts', ''],
    ['a folder called helpers', 'test/helpers/a.ts', ''],
    ['a job-manager', 'src/work/job-manager.ts', ''],
    ['a barrel', 'src/lib/index.ts', ''],
    ['a long file', 'src/lib/a.ts', '\n'.repeat(401)],
    ['a long test', 'src/lib/a.test.ts', '\n'.repeat(801)],
    ['unfinished work', 'src/lib/a.ts', '// TODO: the rest'],
    ['a hollow function', 'ui/src/a.ts', "throw new Error('Not implemented');"],
    ['a skipped test', 'src/lib/a.test.ts', "test.skip('x', () => {});"],
    ['a test for some machines only', 'src/lib/a.test.ts', "test.skipIf(!isRoot)('x', () => {});"],
    ['the environment read deep inside', 'src/features/auth/a.ts', 'const home = process.env.HOME;'],
    ['a copy that tears', 'src/lib/a.ts', 'await fs.copyFile(a, b);'],
    ['Bun.write', 'src/lib/a.ts', 'await Bun.write(path, text);'],
    ['an async transaction', 'src/features/auth/store.ts', 'transaction(db, async () => {});'],
    ['a shell', 'src/system/a.ts', 'spawn(command, { shell: true });'],
    ['a class', 'src/lib/a.ts', 'export class Thing {}'],
    ['a class with a parent', 'src/lib/a.ts', 'export class Thing extends Base {}'],
    ['a default export', 'src/lib/a.ts', 'export default {};'],
    ['a file that exports another', 'src/lib/a.ts', "export * from './b.ts';"],
  ])('%s', (_, file, text) => {
    expect(fileProblems(file, text)).toHaveLength(1);
  });

  test('a migration dated before the one it follows', () => {
    const entries = [
      { idx: 0, when: 2000, tag: '0000_first' },
      { idx: 1, when: 1000, tag: '0001_second' },
    ];
    expect(journalProblems({ entries })).toEqual(['0001_second: is dated before 0000_first']);
  });

  test('a script that does not say what it is for', () => {
    expect(scriptProblems('scripts/x', '#!/bin/sh\nset -eu\n')).toHaveLength(1);
  });
});

test('what is fine: errors as classes, names that hold a forbidden word, the environment in config', () => {
  expect(fileProblems('src/core/a.ts', 'export class AppError extends Error {}')).toEqual([]);
  expect(fileProblems('src/features/auth/common-passwords.ts', '')).toEqual([]);
  expect(fileProblems('src/config/config.ts', 'process.env')).toEqual([]);
});

test('npm ci works on every platform: each optional package the lockfile speaks of has an entry in it', () => {
  const lock = json('package-lock.json') as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
