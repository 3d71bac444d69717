import { describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';

describe('the room where a folder lies', () => {
  const home = tempDir('space');
  const memory = tmpfs({ size: '4m' });
  const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
  mkdirSync(join(home, 'photos'));
  symlinkSync('/etc', join(home, 'etc'));
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: [home, memory.path, drive.path].join(',') });
  const space = async (path: string, owner = true) => {
    const { status, json } = await app.call('GET', `/api/system/space?path=${encodeURIComponent(path)}`, { owner });
    return { status, json };
  };

  test('is told with the kind of filesystem', async () => {
    expect(await space(memory.path)).toEqual({
      status: 200,
      json: {
        path: memory.path,
        filesystem: 'tmpfs',
        total_bytes: 4 * 1024 * 1024,
        free_bytes: 4 * 1024 * 1024,
        writable: true,
        disks: [expect.any(String)],
      },
    });
  });

  test('names the same disk for folders that lie on one, and another for a drive', async () => {
    const [own, below, other] = await Promise.all([home, join(home, 'photos'), drive.path].map((path) => space(path)));
    expect(below?.json.disks).toEqual(own?.json.disks);
    expect(other?.json.disks).not.toEqual(own?.json.disks);
  });

  test('tells that a drive cannot be written', async () => {
    drive.remount('ro');
    expect((await space(drive.path)).json.writable).toBe(false);
    drive.remount('rw');
  });

  test('is not told of folders that are not allowed, not there, or behind a link', async () => {
    expect((await space('/etc')).status).toBe(403);
    expect((await space(join(home, 'etc'))).status).toBe(403);
    expect((await space(join(home, 'gone'))).status).toBe(404);
    expect((await space(home, false)).status).toBe(401);
  });
});
