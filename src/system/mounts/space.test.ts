import { describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { spaceOf } from './space.ts';

const mib = 1024 * 1024;

describe('the space of a filesystem', () => {
  test('is that of the filesystem the path lies on, as a program sees it', async () => {
    const fs = tmpfs({ size: '4m' });
    mkdirSync(join(fs.path, 'sub'));
    expect(await spaceOf(join(fs.path, 'sub'))).toMatchObject({ totalBytes: 4 * mib, freeBytes: 4 * mib });
    writeFileSync(join(fs.path, 'file'), Buffer.alloc(mib));
    expect((await spaceOf(fs.path)).freeBytes).toBe(3 * mib);
    expect(() => writeFileSync(join(fs.path, 'more'), Buffer.alloc(3 * mib + 4096))).toThrow('ENOSPC');
  });

  test('counts the files that still fit', async () => {
    const fs = tmpfs({ size: '1m', nrInodes: 5 });
    const { freeInodes } = await spaceOf(fs.path);
    expect(freeInodes).toBe(4);
    for (let n = 0; n < 4; n += 1) writeFileSync(join(fs.path, String(n)), '');
    expect((await spaceOf(fs.path)).freeInodes).toBe(0);
    expect(() => writeFileSync(join(fs.path, 'x'), '')).toThrow('ENOSPC');
  });

  test('leaves out what is kept for root', async () => {
    const reserved = loopfs({ sizeMiB: 64, type: 'ext4', mkfs: ['-m', '20'] });
    const all = loopfs({ sizeMiB: 64, type: 'ext4', mkfs: ['-m', '0'] });
    const [one, two] = [await spaceOf(reserved.path), await spaceOf(all.path)];
    expect(one.totalBytes).toBe(two.totalBytes);
    expect(two.freeBytes - one.freeBytes).toBeGreaterThan(10 * mib);
  });

  test('has no number of files where the filesystem has none', async () => {
    expect((await spaceOf(loopfs({ sizeMiB: 128, type: 'btrfs' }).path)).freeInodes).toBeNull();
  });

  test('of nothing is the system’s error', () => {
    expect(spaceOf('/no/such/path')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
