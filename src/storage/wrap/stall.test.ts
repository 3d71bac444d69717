import { describe, expect, test } from 'bun:test';
import { sampleContent } from '../checks/context.ts';
import type { StorageDriver } from '../driver.ts';
import { createFaultyDriver, type Fault } from '../drivers/faulty/driver.ts';
import { createMemoryDriver } from '../drivers/memory/driver.ts';
import { StorageError } from '../errors.ts';
import { withStall } from './stall.ts';

const { signal } = new AbortController();
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const codeOf = async (work: Promise<unknown>) => ((await thrownBy(work)) as StorageError | null)?.code ?? null;

/** Time passes by hand; `pass` rings what is due. */
function handTime() {
  let now = 0;
  const alarms = new Set<{ at: number; ring(): void }>();
  return {
    get armed() {
      return alarms.size;
    },
    after(ms: number, ring: () => void) {
      const alarm = { at: now + ms, ring };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    async pass(ms: number) {
      await Bun.sleep(0);
      now += ms;
      for (const alarm of [...alarms].filter(({ at }) => at <= now)) {
        alarms.delete(alarm);
        alarm.ring();
      }
      await Bun.sleep(0);
    },
  };
}

function watched(inner: StorageDriver, ...faults: Fault[]) {
  const time = handTime();
  const faulty = createFaultyDriver(inner, ...faults);
  return { time, driver: withStall(faulty, { silenceMs: 1000, quietMs: 5000, after: time.after }) };
}

describe('a call that nothing is heard of', () => {
  test('is ended with a timeout, after the longer patience where it tells nothing on its way', async () => {
    const { driver, time } = watched(createMemoryDriver(), { call: 'list', misdeed: { hang: true } });
    const work = codeOf(driver.list('', signal));
    await time.pass(4999);
    expect(time.armed).toBe(1);
    await time.pass(1);
    expect(await work).toBe('timeout');
    expect(time.armed).toBe(0);
  });

  test('is ended even when the driver does not listen to the abort', async () => {
    const deaf = { ...createMemoryDriver(), stat: () => new Promise<never>(() => {}) };
    const { driver, time } = watched(deaf);
    const work = codeOf(driver.stat('x', signal));
    await time.pass(5000);
    expect(await work).toBe('timeout');
  });

  test('ends with the reason of the caller when that comes first, or at the same time', async () => {
    const reason = new Error('stop');
    for (const late of [false, true]) {
      const { driver, time } = watched(createMemoryDriver(), { call: 'move', misdeed: { hang: true } });
      const controller = new AbortController();
      const work = thrownBy(driver.move('a', 'b', controller.signal));
      if (late) {
        await Bun.sleep(0);
        void time.pass(5000);
      }
      controller.abort(reason);
      expect(await work).toBe(reason);
    }
  });
});

test('a call that ends leaves no alarm behind', async () => {
  const { driver, time } = watched(createMemoryDriver({ folders: 'implied' }));
  await driver.write('a', sampleContent(100_000), { signal, mtimeNs: null });
  await driver.list('', signal);
  await new Response(await driver.read('a', {}, signal)).bytes();
  for await (const _ of driver.listBelow?.('', signal) ?? []) continue;
  await (await driver.read('a', {}, signal)).cancel();
  expect(time.armed).toBe(0);
});

describe('an upload', () => {
  /** Takes a part when told to, and is silent otherwise. */
  function partwise() {
    const steps: (() => void)[] = [];
    const inner = createMemoryDriver();
    const driver: StorageDriver = {
      ...inner,
      async write(_path, content, how) {
        for (let at = 0; at < content.size; at += 1000) {
          await content.read(at, 1000);
          await new Promise<void>((resolve) => steps.push(resolve));
          how.onProgress?.(at + 1000);
        }
        return { size: content.size, mtimeNs: null, hash: null, tag: null, id: null, verified: true };
      },
    };
    return { driver, step: () => steps.shift()?.() };
  }

  test('lives as long as something arrives, and ends when nothing does', async () => {
    const { driver: inner, step } = partwise();
    const { driver, time } = watched(inner);
    const work = codeOf(driver.write('a', sampleContent(5000), { signal, mtimeNs: null }));
    for (let part = 0; part < 4; part += 1) {
      await time.pass(900);
      step();
    }
    await time.pass(999);
    expect(time.armed).toBe(1);
    await time.pass(1);
    expect(await work).toBe('timeout');
  });

  test('is not blamed for a source that is slow, or held back by a limit', async () => {
    const { driver, time } = watched(createMemoryDriver());
    const disk = Promise.withResolvers<void>();
    const content = {
      size: 10,
      async read(_offset: number, length: number) {
        await disk.promise;
        return new Uint8Array(length);
      },
    };
    const work = driver.write('a', content, { signal, mtimeNs: null });
    await time.pass(1_000_000);
    disk.resolve();
    expect((await work).size).toBe(10);
  });
});

describe('a download', () => {
  test('that breaks off silently errors its stream', async () => {
    const inner = createMemoryDriver();
    const silent: StorageDriver = {
      ...inner,
      read: async () => new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(5)) }),
    };
    const { driver, time } = watched(silent);
    const stream = await driver.read('a', {}, signal);
    const work = codeOf(new Response(stream).bytes());
    await time.pass(1000);
    expect(await work).toBe('timeout');
  });

  test('that nobody asks for is not silent', async () => {
    const inner = createMemoryDriver();
    await inner.write('a', sampleContent(100_000), { signal, mtimeNs: null });
    const { driver, time } = watched(inner);
    const reader = (await driver.read('a', {}, signal)).getReader();
    await reader.read();
    await time.pass(1_000_000);
    expect((await reader.read()).value?.length).toBeGreaterThan(0);
    await reader.cancel();
    expect(time.armed).toBe(0);
  });
});

test('a flat listing is timed from page to page, and not while its pages are worked on', async () => {
  const inner = createMemoryDriver({ folders: 'implied' });
  const silent: StorageDriver = {
    ...inner,
    async *listBelow() {
      yield [];
      yield [];
      await new Promise<never>(() => {});
    },
  };
  const { driver, time } = watched(silent);
  let pages = 0;
  const work = (async () => {
    for await (const _ of driver.listBelow?.('', signal) ?? []) {
      pages += 1;
      await time.pass(1_000_000);
    }
  })();
  const code = codeOf(work);
  while (pages < 2) await Bun.sleep(0);
  await time.pass(0);
  await time.pass(5000);
  expect([await code, pages]).toEqual(['timeout', 2]);
  expect(time.armed).toBe(0);
});
