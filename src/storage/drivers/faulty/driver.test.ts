import { expect, test } from 'bun:test';
import { failureOf, put, sampleContent } from '../../checks/context.ts';
import { StorageError } from '../../errors.ts';
import { createMemoryDriver } from '../memory/driver.ts';
import { createFaultyDriver } from './driver.ts';

const { signal } = new AbortController();
const codes = async (works: (() => Promise<unknown>)[]) => {
  const found: (string | null)[] = [];
  for (const work of works) found.push(((await failureOf(work())) as StorageError | null)?.code ?? null);
  return found;
};

test('the calls that were named fail, and no others', async () => {
  const quota = new StorageError('quota', 'full');
  const driver = createFaultyDriver(
    createMemoryDriver(),
    { call: 'write', path: /\.txt$/, nth: 2, times: 2, misdeed: { fail: quota } },
    { call: 'list', misdeed: { fail: true } },
  );
  const write = (path: string) => () => put({ driver, signal }, path, 'x');
  const works = ['a.txt', 'b.bin', 'b.txt', 'c.txt', 'd.txt'].map(write);
  expect(await codes(works)).toEqual([null, null, 'quota', 'quota', null]);
  expect(await codes([() => driver.list('', signal), () => driver.list('', signal)])).toEqual(['unreachable', null]);
  expect(driver.calls.map(({ call, path }) => `${call} ${path}`).slice(-3)).toEqual(['write d.txt', 'list ', 'list ']);
  expect(driver.strikes).toBe(3);
});

test('an answer that is dropped leaves the thing done', async () => {
  const driver = createFaultyDriver(createMemoryDriver(), { call: 'write', misdeed: { failAfter: true } });
  expect(await codes([() => put({ driver, signal }, 'a', 'x')])).toEqual(['unreachable']);
  expect((await driver.stat('a', signal))?.size).toBe(1);
});

test('reads and writes are cut where it was said', async () => {
  const driver = createFaultyDriver(createMemoryDriver({ partBytes: 1000 }));
  await put({ driver, signal }, 'a', sampleContent(50_000));
  driver.setFaults(
    { call: 'read', misdeed: { cutAfterBytes: 20_000 } },
    { call: 'write', misdeed: { cutAfterBytes: 5500 } },
  );
  let got = 0;
  const work = async () => {
    for await (const piece of await driver.read('a', {}, signal)) got += piece.byteLength;
  };
  expect([await codes([work]), got]).toEqual([['unreachable'], 20_000]);
  let arrived = 0;
  const onProgress = (bytes: number) => {
    arrived = bytes;
  };
  const cut = () => put({ driver, signal }, 'b', sampleContent(9000), { onProgress });
  expect([await codes([cut]), arrived]).toEqual([['unreachable'], 5000]);
  expect(await driver.stat('b', signal)).toBe(null);
});

test('a call that hangs ends with the abort, and one that is late comes', async () => {
  const driver = createFaultyDriver(createMemoryDriver(), { call: 'list', misdeed: { hang: true } });
  const reason = new Error('stop');
  const controller = new AbortController();
  const work = failureOf(driver.list('', controller.signal));
  controller.abort(reason);
  expect(await work).toBe(reason);
  driver.setFaults({ call: 'list', misdeed: { delayMs: 1 } });
  expect(await driver.list('', signal)).toEqual([]);
});
