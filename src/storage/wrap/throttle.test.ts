import { expect, test } from 'bun:test';
import { fakeClock } from '../../../test/harness/clock.ts';
import { sampleContent } from '../checks/context.ts';
import { createMemoryDriver } from '../drivers/memory/driver.ts';
import { withThrottle } from './throttle.ts';

const { signal } = new AbortController();

/** Time passes only while somebody waits: to the end of the shortest wait, in turn. */
function stage(kibPerSecond: number) {
  const clock = fakeClock();
  const inner = createMemoryDriver({ partBytes: 16_384 });
  const driver = withThrottle(inner, {
    kibPerSecond,
    clock,
    async sleep(ms, stop) {
      const until = clock.monotonic() + ms;
      await Bun.sleep(0);
      stop.throwIfAborted();
      if (clock.monotonic() < until) clock.advance(until - clock.monotonic());
    },
  });
  return { clock, driver, inner };
}

test('all uploads together stay under the limit, and reach it', async () => {
  const { clock, driver } = stage(1000);
  const paths = ['a', 'b', 'c', 'd'];
  await Promise.all(paths.map((path) => driver.write(path, sampleContent(512_000), { signal, mtimeNs: null })));
  expect(clock.monotonic()).toBeGreaterThanOrEqual(2000 - 251);
  expect(clock.monotonic()).toBeLessThan(2050);
});

test('what is read counts like what is written', async () => {
  const { clock, driver, inner } = stage(100);
  await inner.write('a', sampleContent(307_200), { signal, mtimeNs: null });
  expect((await new Response(await driver.read('a', {}, signal)).bytes()).length).toBe(307_200);
  expect(clock.monotonic()).toBeGreaterThanOrEqual(3000 - 251);
  expect(clock.monotonic()).toBeLessThan(3050);
});

test('a long pause saves up no more than a moment', async () => {
  const { clock, driver } = stage(100);
  clock.advance(3_600_000);
  const before = clock.monotonic();
  await driver.write('a', sampleContent(204_800), { signal, mtimeNs: null });
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(2000 - 251);
});

test('whoever waits for bandwidth can be aborted, writing and reading', async () => {
  const inner = createMemoryDriver();
  await inner.write('a', sampleContent(300_000), { signal, mtimeNs: null });
  for (const kind of ['write', 'read'] as const) {
    const driver = withThrottle(inner, { kibPerSecond: 1 });
    const controller = new AbortController();
    const work =
      kind === 'write'
        ? driver.write('b', sampleContent(100_000), { signal: controller.signal, mtimeNs: null })
        : driver.read('a', {}, controller.signal).then((stream) => new Response(stream).bytes());
    const reason = new Error('stop');
    setTimeout(() => controller.abort(reason), 20);
    expect(await work.catch((error: unknown) => error)).toBe(reason);
  }
});
