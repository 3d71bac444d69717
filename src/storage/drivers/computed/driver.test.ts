import { expect, test } from 'bun:test';
import { scale } from '../../../../test/harness/scale.ts';
import { put, sampleContent } from '../../checks/context.ts';
import { compareUtf8 } from '../../names.ts';
import { computedEntry, createComputedDriver } from './driver.ts';

const { signal } = new AbortController();
const entries = scale.computedEntries;
const missing = (index: number) => index % 1000 === 7;

test('the same files are told flat, by folder and one by one, in order', async () => {
  const flat = createComputedDriver({ entries, flat: true, missing });
  const byFolder = createComputedDriver({ entries, missing });
  let [told, last] = [0, ''];
  const first: string[] = [];
  for await (const page of flat.listBelow?.('', signal) ?? []) {
    for (const { path } of page) {
      if (compareUtf8(last, path) >= 0) throw new Error(`${path} after ${last}`);
      last = path;
      if (told < 5000) first.push(path);
      told += 1;
    }
  }
  expect(told).toBe(entries - Math.ceil((entries - 7) / 1000));
  const folders = await byFolder.list('', signal);
  expect(folders.length).toBe(Math.ceil(entries / 1000));
  const listed: string[] = [];
  for (const { path } of folders.slice(0, 6))
    listed.push(...(await byFolder.list(path, signal)).map((entry) => entry.path));
  expect(listed.slice(0, 5000)).toEqual(first);
  expect(await flat.stat(computedEntry(12).path, signal)).toEqual(computedEntry(12));
  for (const path of [computedEntry(7).path, computedEntry(entries).path, 'd0000001/f0000000012.dat', 'x'])
    expect(await flat.stat(path, signal)).toBe(null);
});

test('a million entries take no memory', async () => {
  const flat = createComputedDriver({ entries: 1_000_000, flat: true });
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  let told = 0;
  for await (const page of flat.listBelow?.('', signal) ?? []) {
    told += page.length;
    if (told % 250_000 === 0) Bun.gc(true);
  }
  Bun.gc(true);
  expect(told).toBe(1_000_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
});

test('what is written, moved and removed is counted and forgotten', async () => {
  const driver = createComputedDriver({ entries: 10 });
  await put({ driver, signal }, 'new', sampleContent(5_000_000));
  await put({ driver, signal }, 'empty', '');
  await driver.remove(computedEntry(1).path, signal);
  await driver.move('new', 'newer', signal);
  expect(driver.counts).toEqual({ writes: 2, writtenBytes: 5_000_000, removes: 1, moves: 1, lists: 0 });
  expect((await driver.list('d0000000', signal)).length).toBe(10);
  expect(await driver.stat('new', signal)).toBe(null);
});
