import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../../test/harness/clock.ts';
import { bytesContent } from '../content.ts';
import type { ResumeSlot, StorageDriver } from '../driver.ts';
import { createFaultyDriver, type Fault } from '../drivers/faulty/driver.ts';
import { createMemoryDriver } from '../drivers/memory/driver.ts';
import { StorageError } from '../errors.ts';
import { type RetryOptions, withRetry } from './retry.ts';

const { signal } = new AbortController();
const bytes = (text: string) => bytesContent(new TextEncoder().encode(text));
const write = (driver: StorageDriver, path: string, text: string) =>
  driver.write(path, bytes(text), { signal, mtimeNs: null });
const limited = (retryAfterMs?: number) => new StorageError('rate_limited', 'slow down', { retryAfterMs });
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** A driver with faults behind a retry whose waits take no time, and are told. */
function patient(faults: Fault[], options: RetryOptions = {}, inner = createMemoryDriver()) {
  const waits: number[] = [];
  const clock = fakeClock();
  const faulty = createFaultyDriver(inner, ...faults);
  const driver = withRetry(faulty, {
    clock,
    random: () => 0.5,
    async sleep(ms) {
      waits.push(ms);
      clock.advance(ms);
    },
    ...options,
  });
  return { driver, faulty, waits, clock };
}

describe('a call that fails in passing', () => {
  test('is made again until it is done, after waits that grow up to a limit', async () => {
    const fault: Fault = { call: 'list', times: 6, misdeed: { fail: true } };
    const { driver, faulty, waits } = patient([fault], { firstWaitMs: 100, longestWaitMs: 1000 });
    expect(await driver.list('', signal)).toEqual([]);
    expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
    expect(faulty.calls.length).toBe(7);
  });

  test('waits anything between nothing and the whole time, so that not all come back at once', async () => {
    for (const [random, wanted] of [
      [0, 0],
      [0.999, 99.9],
    ] as const) {
      const { driver, waits } = patient([{ call: 'space', misdeed: { fail: true } }], {
        firstWaitMs: 100,
        random: () => random,
      });
      await driver.space(signal);
      expect(waits).toEqual([wanted]);
    }
  });

  test('waits at least as long as the service asks', async () => {
    const { driver, waits } = patient([{ call: 'stat', misdeed: { fail: limited(30_000) } }], { longestWaitMs: 1000 });
    expect(await driver.stat('x', signal)).toBe(null);
    expect(waits[0]).toBeGreaterThanOrEqual(30_000);
  });

  test('is given up after so many tries, with its own last error', async () => {
    const last = limited();
    const { driver, faulty } = patient([{ call: 'probe', times: 99, misdeed: { fail: last } }], { tries: 3 });
    expect(await thrownBy(driver.probe(signal))).toBe(last);
    expect(faulty.calls.length).toBe(3);
  });

  test('is given up when the service asks for more time than there is', async () => {
    const asked = limited(3_600_000);
    const { driver, waits } = patient([{ call: 'probe', misdeed: { fail: asked } }], { giveUpAfterMs: 60_000 });
    expect(await thrownBy(driver.probe(signal))).toBe(asked);
    expect(waits).toEqual([]);
  });

  test('is told before every wait', async () => {
    const told: unknown[] = [];
    const { driver } = patient([{ call: 'remove', times: 2, misdeed: { fail: true } }], {
      firstWaitMs: 10,
      onRetry: ({ call, error, tries, waitMs }) => told.push([call, error.code, tries, waitMs]),
    });
    await driver.remove('x', signal);
    expect(told).toEqual([
      ['remove', 'unreachable', 1, 5],
      ['remove', 'unreachable', 2, 10],
    ]);
  });
});

test('what will not pass is not tried again', async () => {
  for (const code of ['auth_failed', 'quota', 'not_found', 'permission', 'name', 'source', 'protocol'] as const) {
    const error = new StorageError(code, 'no');
    const { driver, faulty } = patient([{ call: 'write', times: 9, misdeed: { fail: error } }]);
    expect(await thrownBy(write(driver, 'a', 'x'))).toBe(error);
    expect(faulty.calls.length).toBe(1);
  }
  const broken = { ...createMemoryDriver(), list: () => Promise.reject(new TypeError('a fault of ours')) };
  expect(await thrownBy(withRetry(broken).list('', signal))).toBeInstanceOf(TypeError);
});

test('nothing is tried again after an abort, not even one that comes during a wait', async () => {
  const reason = new Error('stop');
  for (const moment of ['call', 'wait'] as const) {
    const controller = new AbortController();
    const faulty = createFaultyDriver(createMemoryDriver(), { call: 'list', times: 9, misdeed: { fail: true } });
    const aborting = { ...faulty, capabilities: faulty.capabilities };
    if (moment === 'call')
      aborting.list = (...call) => {
        controller.abort(reason);
        return faulty.list(...call);
      };
    const onRetry = () => controller.abort(reason);
    const driver = withRetry(aborting, { firstWaitMs: 1_000_000, random: () => 0.9, giveUpAfterMs: 1e9, onRetry });
    expect(await thrownBy(driver.list('', controller.signal))).toBe(reason);
    expect(faulty.calls.length).toBeLessThanOrEqual(1);
  }
});

test('a large upload goes on where it stopped, and each byte is read once', async () => {
  let kept: unknown = null;
  const resume: ResumeSlot = {
    load: () => kept,
    save: (state) => {
      kept = state;
    },
    clear: () => {
      kept = null;
    },
  };
  const { driver, faulty } = patient([], {}, createMemoryDriver({ partBytes: 1000 }));
  const read: number[] = [];
  let failures = 3;
  const content = {
    size: 10_000,
    async read(offset: number, length: number) {
      if (failures > 0 && offset === failures * 2000) {
        failures -= 1;
        throw new StorageError('unreachable', 'cut');
      }
      read.push(offset);
      return new Uint8Array(length).fill(offset / 1000);
    },
  };
  const written = await driver.write('large', content, { signal, mtimeNs: null, resume });
  expect(written.size).toBe(10_000);
  expect(read.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => n * 1000));
  expect([faulty.calls.length, failures, kept]).toEqual([2, 2, null]);
});

describe('a flat listing', () => {
  const objects = async (faults: Fault[]) => {
    const memory = createMemoryDriver({ folders: 'implied', pageEntries: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await write(memory, name, name);
    return patient(faults, {}, memory);
  };
  const told = async (driver: StorageDriver) => {
    const paths: string[] = [];
    for await (const page of driver.listBelow?.('', signal) ?? []) paths.push(...page.map((entry) => entry.path));
    return paths;
  };

  test('that fails before its first page begins anew', async () => {
    const { driver } = await objects([{ call: 'listBelow', times: 3, misdeed: { fail: true } }]);
    expect(await told(driver)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('that breaks after pages were handed out errors: nothing is told twice', async () => {
    const { driver, waits } = await objects([{ call: 'listBelow', misdeed: { failAfter: true } }]);
    expect(await thrownBy(told(driver))).toBeInstanceOf(StorageError);
    expect(waits).toEqual([]);
  });
});

test('a move whose answer was lost is done, and one of a file that never was is not', async () => {
  const { driver, faulty } = patient([{ call: 'move', misdeed: { failAfter: true } }]);
  await write(driver, 'a', 'x');
  await driver.move('a', 'b', signal);
  expect((await driver.list('', signal)).map((entry) => entry.path)).toEqual(['b']);
  faulty.setFaults({ call: 'move', misdeed: { fail: true } });
  expect(await thrownBy(driver.move('never', 'there', signal))).toMatchObject({ code: 'not_found' });
  expect(await thrownBy(driver.move('never', 'b', signal))).toMatchObject({ code: 'not_found' });
});

test('of many files that were to be removed only those are tried again that failed in passing', async () => {
  const asked: (readonly string[])[] = [];
  const memory = createMemoryDriver({ folders: 'implied' });
  const denied = new StorageError('permission', 'no');
  const driver = patient(
    [],
    { tries: 3 },
    {
      ...memory,
      async removeMany(paths) {
        asked.push(paths);
        return paths.flatMap((path) => {
          if (path === 'kept') return [{ path, error: denied }];
          return path === 'busy' || asked.length === 1 ? [{ path, error: limited() }] : [];
        });
      },
    },
  ).driver;
  const left = await driver.removeMany?.(['a', 'kept', 'busy'], signal);
  expect(left?.map(({ path, error }) => [path, error.code])).toEqual([
    ['kept', 'permission'],
    ['busy', 'rate_limited'],
  ]);
  expect(asked).toEqual([['a', 'kept', 'busy'], ['a', 'busy'], ['busy']]);
});
