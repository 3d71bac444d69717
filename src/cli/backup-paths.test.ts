import { describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { realFolder, sourceFolder, targetFolder, targetRoot } from './backup-paths.ts';

const base = tempDir('paths');
mkdirSync(join(base, 'photos'));
writeFileSync(join(base, 'file'), 'x');
symlinkSync('photos', join(base, 'link'));

describe('a source', () => {
  test('is taken from where one stands, with or without a slash at its end', () => {
    expect(sourceFolder('photos', base)).toBe(join(base, 'photos'));
    expect(sourceFolder('./photos/', base)).toBe(join(base, 'photos'));
    expect(sourceFolder('..//x/../photos', join(base, 'photos'))).toBe(join(base, 'photos'));
  });

  test('that is missing, or a file, is refused by name', () => {
    expect(() => sourceFolder('nothing', base)).toThrow(`The source ${base}/nothing does not exist.`);
    expect(() => sourceFolder('file', base)).toThrow(`The source ${base}/file is a file.`);
    expect(() => sourceFolder('file/deeper', base)).toThrow('does not exist');
  });
});

describe('a destination', () => {
  test('may be a folder, or a new one in a folder', () => {
    expect(targetFolder('photos', base)).toEqual({ mount_point: join(base, 'photos'), backup_subdir: '' });
    expect(targetFolder('photos/new/', base)).toEqual({ mount_point: join(base, 'photos'), backup_subdir: 'new' });
  });

  test('in a folder that is missing is refused: the drive is probably not mounted', () => {
    expect(() => targetFolder('missing/new', base)).toThrow('Is the drive mounted?');
    expect(() => targetFolder('file', base)).toThrow('is a file');
    expect(() => targetFolder('file/new', base)).toThrow('is a file');
  });
});

test('two spellings of one folder are one, also before it is there', () => {
  expect(realFolder(join(base, 'link'))).toBe(realFolder(join(base, 'photos')));
  expect(realFolder(join(base, 'link/new'))).toBe(realFolder(join(base, 'photos/new')));
  const before = targetFolder('link/later', base);
  mkdirSync(join(base, 'photos/later'));
  const after = targetFolder('photos/later', base);
  expect(realFolder(targetRoot(before))).toBe(realFolder(targetRoot(after)));
});
