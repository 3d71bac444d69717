import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { loopfs } from '../../../test/harness/filesystems.ts';
import { scenarios } from '../../../test/harness/scenario.ts';
import { createDrivesService } from './service.ts';

describe('drives and mounts', () => {
  const app = startTestApp();
  scenarios(
    () => app,
    [
      { name: 'drives need a login', method: 'GET', path: '/api/system/drives', as: 'nobody', status: 401 },
      { name: 'mounts need a login', method: 'GET', path: '/api/system/mounts', as: 'nobody', status: 401 },
      { name: 'nothing is mounted by reading', method: 'POST', path: '/api/system/drives', body: {}, status: 404 },
    ],
  );

  test('a loop device is no drive unless it is allowed', async () => {
    const image = loopfs({ sizeMiB: 16, type: 'ext4' });
    const { json } = await app.call('GET', '/api/system/drives', { owner: true });
    expect(json.map((drive: { uuid: string }) => drive.uuid)).not.toContain(image.uuid);
  });

  test('a machine whose devices cannot be listed says so instead of showing none', async () => {
    const drives = createDrivesService({
      listBlockDevices: async () => ({ devices: [], problem: new Error('lsblk failed: no such file') }),
      readMounts: () => [],
      allowLoop: false,
    });
    expect(drives.list()).rejects.toThrow('cannot be listed: lsblk failed');
  });
});
