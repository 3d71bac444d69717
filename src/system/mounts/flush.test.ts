import { describe, expect, test } from 'bun:test';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs, shutdownFs, tmpfs } from '../../../test/harness/filesystems.ts';
import { syncFilesystem } from './flush.ts';

async function flushed(path: string, use: (handle: number) => void = () => {}): Promise<void> {
  const handle = openSync(path, 'r');
  try {
    use(handle);
    await syncFilesystem(handle);
  } finally {
    closeSync(handle);
  }
}

describe('flushing a filesystem', () => {
  test('saves what was written from a power cut', async () => {
    const drive = loopfs({ sizeMiB: 32, type: 'ext4' });
    writeFileSync(join(drive.path, 'kept'), 'x'.repeat(1_000_000));
    await flushed(drive.path);
    writeFileSync(join(drive.path, 'lost'), 'y'.repeat(1_000_000));
    shutdownFs(drive.path);
    drive.unmount();
    drive.mount();
    expect(readFileSync(join(drive.path, 'kept'), 'utf8')).toBe('x'.repeat(1_000_000));
    // proof that the cut is one: without a flush the content is gone
    expect(() => {
      if (readFileSync(join(drive.path, 'lost'), 'utf8').startsWith('y')) throw new Error('it was flushed');
      throw new Error('empty');
    }).toThrow(/ENOENT|empty/);
  });

  test('fails in words when the medium does not take the data that rsync reported as done', async () => {
    const full = tmpfs({ size: '12m' });
    const drive = loopfs({ sizeMiB: 64, type: 'ext4', mkfs: ['-m', '0'], imageIn: full.path });
    writeFileSync(join(drive.path, 'file'), Buffer.alloc(30 * 1024 * 1024, 'x'));
    expect(flushed(drive.path)).rejects.toThrow(
      /did not reach the medium: (Input\/output error|No space left on device)\. Check the drive/,
    );
  });

  test('fails on a drive that was pulled', () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    writeFileSync(join(drive.path, 'file'), 'x');
    expect(flushed(drive.path, () => shutdownFs(drive.path))).rejects.toThrow('Input/output error');
  });

  test('is done for the filesystem we hold, also when it was unmounted under us and another lies there', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    const handle = openSync(drive.path, 'r');
    shutdownFs(drive.path);
    drive.unmount();
    // the folder beneath can be flushed, but it is not what we hold
    await flushed(drive.path);
    expect(syncFilesystem(handle)).rejects.toThrow('Input/output error');
    closeSync(handle);
  });

  test('of a handle that is closed is an error', () => {
    const handle = openSync('/tmp', 'r');
    closeSync(handle);
    expect(syncFilesystem(handle)).rejects.toThrow('is gone');
  });
});
