import { expect, test } from 'bun:test';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../test/harness/app.ts';
import { fakeClock } from '../../test/harness/clock.ts';
import { tmpfs } from '../../test/harness/filesystems.ts';

function fillUp(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (let size = 65_536; size >= 1; size /= 2)
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch {
        // full for pieces of this size
      }
  } finally {
    closeSync(fd);
  }
}

test('a full disk is told as such, reading goes on, and writing too when space returns', async () => {
  const disk = tmpfs({ size: '4m' });
  const app = startTestApp({}, fakeClock(), join(disk.path, 'box'));
  const theme = (name: string) => app.call('PUT', '/api/settings', { owner: true, body: { theme: name } });
  const read = async () => (await app.call('GET', '/api/settings', { owner: true })).json.theme;
  expect((await theme('dark')).status).toBe(200);

  fillUp(join(disk.path, 'fill'));
  let acknowledged = 'dark';
  let answer = await theme('light');
  for (let tries = 0; answer.status === 200 && tries < 200; tries += 1) {
    acknowledged = answer.json.theme; // the write-ahead log still had room
    answer = await theme(acknowledged === 'light' ? 'dark' : 'light');
  }
  expect([answer.status, answer.json]).toEqual([
    507,
    { error: 'Insufficient storage', message: 'A disk of this box is full. Free some space and try again.' },
  ]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await read()).toBe(acknowledged);

  rmSync(join(disk.path, 'fill'));
  expect((await theme('system')).status).toBe(200);
  expect(await read()).toBe('system');
});
