import { describe, expect, test } from 'bun:test';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../harness/app.ts';
import { loopfs } from '../harness/filesystems.ts';
import { expectPrinted, printed } from '../harness/printed.ts';
import { tempDir } from '../harness/temp.ts';

describe('System, as printed', () => {
  const home = tempDir('home');
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: home, DYNAMIGHT_ALLOW_LOOP_DRIVES: '1' });
  const get = (path: string) => app.call('GET', path, { owner: true });
  /** The printed example with the test's folder in place of `/home`. */
  const inHome = (name: string, printedRoot: string) =>
    JSON.parse(JSON.stringify(printed(name)).replaceAll(printedRoot, home));

  test('health check', async () => {
    const answer = await app.call('GET', '/api/system/health');
    expect([answer.status, answer.json]).toEqual([200, printed('system.health')]);
  });

  test('list drives, and list mounts', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4', options: 'nosuid,nodev', mkfs: ['-L', 'PHOTOS'] });
    const drives = await get('/api/system/drives');
    const mounts = await get('/api/system/mounts');
    const name = drive.device.slice('/dev/'.length);
    const shown = drives.json.filter((one: { name: string }) => one.name === name);
    expectPrinted(shown, printed('system.drives'));
    expect(shown).toEqual([
      { name, label: 'PHOTOS', uuid: drive.uuid, fstype: 'ext4', size: '16M', mountpoint: drive.path },
    ]);
    expectPrinted(mounts.json, printed('system.mounts'));
    expect(mounts.json).toContainEqual({
      device: drive.device,
      mountpoint: drive.path,
      fstype: 'ext4',
      options: 'rw,nosuid,nodev,relatime',
    });
  });

  test('browse path', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    mkdirSync(join(home, 'user/documents'), { recursive: true });
    writeFileSync(join(home, 'user/file.txt'), Buffer.alloc(1024));
    for (const name of ['documents', 'file.txt']) utimesSync(join(home, 'user', name), at, at);
    const answer = await get(`/api/system/browse?path=${home}/user`);
    expect(answer.status).toBe(200);
    // entries may carry more than is printed
    for (const entry of answer.json.entries) delete entry.kind;
    expect(answer.json).toEqual(inHome('system.browse', '/home'));
  });

  test('create directory', async () => {
    mkdirSync(join(home, 'backup'));
    const body = inHome('system.mkdir.request', '/mnt');
    const answer = await app.call('POST', '/api/system/mkdir', { owner: true, body });
    expect([answer.status, answer.json]).toEqual([200, inHome('system.mkdir.response', '/mnt')]);
  });

  test('get allowed paths', async () => {
    const plain = startTestApp();
    const answer = await plain.call('GET', '/api/system/allowed-paths', { owner: true });
    expect([answer.status, answer.json]).toEqual([200, printed('system.allowed-paths')]);
  });
});
