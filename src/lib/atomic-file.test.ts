import { describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpfs } from '../../test/harness/filesystems.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { writeFileAtomic } from './atomic-file.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('a small file written atomically', () => {
  test('replaces the old content and leaves nothing beside it', () => {
    const dir = tempDir('atomic');
    const path = join(dir, 'key');
    writeFileAtomic(path, 'old');
    writeFileAtomic(path, new Uint8Array([110, 101, 119]));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(dir)).toEqual(['key']);
  });

  test('is for its owner alone under any umask, also where an open file was', () => {
    const path = join(tempDir('atomic'), 'key');
    writeFileSync(path, 'old');
    chmodSync(path, 0o644);
    for (const umask of [0o000, 0o077, 0o777]) {
      const before = process.umask(umask);
      try {
        writeFileAtomic(path, 'new');
        writeFileAtomic(`${path}.shared`, 'new', 0o644);
      } finally {
        process.umask(before);
      }
      expect([modeOf(path), modeOf(`${path}.shared`)]).toEqual(['600', '644']);
    }
  });

  test('keeps the old content on a full disk, leaves no rest, and works when space returns', () => {
    const disk = tmpfs({ size: '256k' });
    const path = join(disk.path, 'marker.json');
    writeFileAtomic(path, 'old');
    expect(() => writeFileAtomic(path, Buffer.alloc(1024 * 1024))).toThrow('ENOSPC');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(disk.path)).toEqual(['marker.json']);
    writeFileAtomic(path, Buffer.alloc(64 * 1024));
    expect(statSync(path).size).toBe(64 * 1024);
  });

  test('never takes the place of a folder', () => {
    const dir = tempDir('atomic');
    mkdirSync(join(dir, 'taken'));
    expect(() => writeFileAtomic(join(dir, 'taken'), 'x')).toThrow();
    expect(readdirSync(dir)).toEqual(['taken']);
  });
});
