import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeClock } from '../../../test/harness/clock.ts';
import { hungMount, loopfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { createPlaces } from './places.ts';

const soonMs = 300;

test('a drive is seen where it is, with its room, and no more when it is gone', async () => {
  const clock = fakeClock();
  const places = createPlaces(clock);
  const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
  const uuid = drive.uuid as string;
  expect(await places.mountedAt(uuid.toUpperCase())).toBe(drive.path);
  const seen = await places.see(drive.path);
  expect(seen).toMatchObject({ fsType: 'ext4', uuid, readOnly: false, remote: false });
  expect(seen?.space.freeBytes).toBeGreaterThan(2 ** 20);
  drive.remount('ro');
  expect(await places.see(drive.path)).toMatchObject({ readOnly: true });
  drive.unmount();
  expect(await places.mountedAt(uuid)).toBeNull();
  expect(await places.see(drive.path)).toMatchObject({ remote: false });
  expect((await places.see(drive.path))?.uuid).not.toBe(uuid);
});

test('what is no folder, or not there, is nothing', async () => {
  const dir = tempDir('places');
  writeFileSync(join(dir, 'file'), '');
  const places = createPlaces(fakeClock());
  expect([await places.see(join(dir, 'file')), await places.see(join(dir, 'gone'))]).toEqual([null, null]);
});

test('a network mount that does not answer holds up nobody, however often it is asked', async () => {
  const dir = tempDir('hung');
  mkdirSync(join(dir, 'nas'));
  const end = hungMount(join(dir, 'nas'));
  const places = createPlaces(fakeClock(), soonMs);
  const asked = performance.now();
  const paths = Array.from({ length: 20 }, (_, n) => join(dir, 'nas', String(n)));
  expect(new Set(await Promise.all(paths.map(places.see)))).toEqual(new Set([null]));
  expect(performance.now() - asked).toBeLessThan(10 * soonMs);
  // The threads all reading and writing is done by are free.
  expect(await readFile('/proc/self/comm', 'utf8')).not.toBe('');
  expect(await places.see(dir)).toMatchObject({ remote: false });
  end();
});
