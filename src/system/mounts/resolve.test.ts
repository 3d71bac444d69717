import { beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../test/harness/temp.ts';
import { resolveExisting } from './resolve.ts';

const top = tempDir('resolve');
let dir = top;
let round = 0;

beforeEach(() => {
  round += 1;
  dir = join(top, String(round));
  mkdirSync(join(dir, 'real/deep'), { recursive: true });
  symlinkSync('real/deep', join(dir, 'link'));
  symlinkSync(join(dir, 'real'), join(dir, 'absolute'));
  writeFileSync(join(dir, 'file'), 'x');
});

const at = (path: string) => resolveExisting(`${dir}/${path}`);

describe('the real path', () => {
  test('of what is there is what the kernel says', () => {
    for (const path of ['', 'real', 'link', 'absolute/deep', 'file', 'real//./deep/', 'link/../deep']) {
      expect(at(path)).toBe(realpathSync.native(`${dir}/${path}`));
    }
    expect(resolveExisting('/')).toBe('/');
    expect(resolveExisting('/../..')).toBe('/');
  });

  test('".." behind a link leaves the folder the link leads to, not the one it lies in', () => {
    expect(at('link/..')).toBe(join(dir, 'real'));
    expect(at('link/../../file')).toBe(join(dir, 'file'));
  });

  test('of what is not there yet is the real path of its nearest folder, and the rest', () => {
    expect(at('link/new/er')).toBe(join(dir, 'real/deep/new/er'));
    expect(at('absolute/new/')).toBe(join(dir, 'real/new'));
    expect(resolveExisting('/no/such/path')).toBe('/no/such/path');
  });

  test('cannot be led astray by ".." in the part that is not there', () => {
    expect(at('new/../link/x')).toBe(join(dir, 'real/deep/x'));
    expect(at('new/er/../../..')).toBe(top);
    expect(at('a/b/../c')).toBe(join(dir, 'a/c'));
  });

  test('of a link to nothing is where its target would be', () => {
    symlinkSync('real/none', join(dir, 'dangling'));
    symlinkSync('/no/such/path', join(dir, 'far'));
    expect(at('dangling/x')).toBe(join(dir, 'real/none/x'));
    expect(at('far')).toBe('/no/such/path');
  });

  test('below a file stands as it is written', () => {
    expect(at('file/x')).toBe(join(dir, 'file/x'));
  });

  test('follows links to links', () => {
    for (let n = 0; n < 30; n += 1) symlinkSync(n === 0 ? 'real' : `chain${n - 1}`, join(dir, `chain${n}`));
    expect(at('chain29/deep')).toBe(join(dir, 'real/deep'));
  });

  test('of links in a circle is an error, not an endless search', () => {
    symlinkSync('b', join(dir, 'a'));
    symlinkSync('a', join(dir, 'b'));
    symlinkSync('self/x', join(dir, 'self'));
    for (const path of ['a', 'b/x', 'self']) expect(() => at(path)).toThrow('Too many links');
  });
});
