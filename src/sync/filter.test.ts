import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dice, seedFor } from '../../test/harness/random.ts';
import { scale } from '../../test/harness/scale.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { createFilter } from './filter.ts';
import { compileWildcard } from './wildcard.ts';

/** What is left of a tree after the patterns, folders with a slash at the end, as latin1. */
function keptBy(patterns: readonly string[], dir: string): string[] {
  const filter = createFilter(patterns);
  const kept: string[] = [];
  const walk = (folder: string, prefix: string) => {
    for (const name of readdirSync(Buffer.from(folder, 'latin1'), { encoding: 'latin1' })) {
      const path = prefix + name;
      const full = `${folder}/${name}`;
      const isFolder = statSync(Buffer.from(full, 'latin1')).isDirectory();
      if (filter.excludes(path, isFolder)) continue;
      kept.push(isFolder ? `${path}/` : path);
      if (isFolder) walk(full, `${path}/`);
    }
  };
  walk(Buffer.from(dir).toString('latin1'), '');
  return kept.sort();
}

/** The same from rsync itself, its escapes undone. */
function keptByRsync(patterns: readonly string[], dir: string, nowhere: string): string[] {
  const rules = patterns.flatMap((pattern) => ['-f', `- ${pattern}`]);
  const run = spawnSync('rsync', ['-r', '-n', '-8', '--out-format=%n', ...rules, '--', `${dir}/`, `${nowhere}/`]);
  if (run.status !== 0) throw new Error(`rsync ended with ${run.status}: ${run.stderr.toString()}`);
  const lines = run.stdout.toString('latin1').split('\n');
  const names = lines.filter((line) => line !== '' && line !== './' && !line.startsWith('created directory'));
  return names
    .map((line) => line.replace(/\\#(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))))
    .sort();
}

const names = ['a', 'b', 'ab', 'abc', 'a.txt', '.a', 'A', '-', '[a]', 'a*b', 'a b', 'ä', '日', '+ a', '!', 'a\\b', ']'];
const bytes = 'a b ab c . .txt ä 日 A ! ] - / / / \\ \\*'.split(' ');
const stars = '* * * ** ** *** ?'.split(' ');
const classes = '[a-c] [!a] [^b] [[:alpha:]] [[:punct:]] []a] [a [] [\\]] [a-] [b-a] [[:no:]] [/] [!/] [--/] [[:'.split(
  ' ',
);
const pieces = [...bytes, ...stars, ...classes, '+ ', '- ', 'merge ', ' '];

describe('exclude patterns mean what they mean to rsync', () => {
  test('on random trees with random patterns', () => {
    const random = dice(seedFor('exclude patterns'));
    const dir = join(tempDir('filter'), 'tree');
    const rounds = Math.ceil(scale.propertyRounds / 5);
    const growTree = (folder: string, depth: number) => {
      mkdirSync(folder, { recursive: true });
      for (let count = random.next(6) + 2; count > 0; count -= 1) {
        const path = join(folder, random.pick(names));
        if (depth < 4 && random.next(2) === 0) {
          if (!statSync(path, { throwIfNoEntry: false })?.isFile()) growTree(path, depth + 1);
        } else if (!statSync(path, { throwIfNoEntry: false })) writeFileSync(path, '');
      }
    };
    for (let round = 0; round < rounds; round += 1) {
      if (round % 10 === 0) {
        rmSync(dir, { recursive: true, force: true });
        growTree(dir, 0);
      }
      const patterns = Array.from({ length: random.next(3) + 1 }, () => {
        const parts = Array.from({ length: random.next(5) + 1 }, () => random.pick(pieces));
        return parts.join('');
      });
      const told = { patterns, kept: keptBy(patterns, dir) };
      expect(told).toEqual({ patterns, kept: keptByRsync(patterns, dir, `${dir}-nowhere`) });
    }
  }, 300_000);

  test.each<[string, string, boolean, boolean]>([
    ['!', '!', false, true],
    ['+ *', '+ anything', false, true],
    ['+ *', 'anything', false, false],
    ['merge x', 'merge x', false, true],
    ['cache/', 'sub/cache', true, true],
    ['cache/', 'sub/cache', false, false],
    ['/cache', 'sub/cache', true, false],
    ['sub/*.o', 'deep/sub/x.o', false, true],
    ['foo/**/bar', 'x/foo/y/z/bar', false, true],
    ['dir/***', 'dir', true, true],
    ['dir/***', 'dir', false, false],
    ['**/tail', 'tail', false, true],
    ['foo\\bar', 'foo\\bar', false, true],
    ['ü*', Buffer.from('über').toString('latin1'), false, true],
  ])('%s at %s', (pattern, path, isFolder, excluded) => {
    expect(createFilter([pattern]).excludes(path, isFolder)).toBe(excluded);
  });

  test('a name that is not UTF-8 can be left out by its ending', () => {
    expect(createFilter(['*.tmp']).excludes('\xff\xfe.tmp', false)).toBe(true);
  });

  test('a pattern of many stars does not keep the box busy', () => {
    const matches = compileWildcard(`${'*a'.repeat(40)}**b`);
    const started = performance.now();
    expect(matches('a'.repeat(4000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
