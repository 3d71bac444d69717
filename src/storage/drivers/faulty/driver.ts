import { orAborted } from '../../content.ts';
import type { Entry, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { type Call, eachCall } from '../../wrap/each-call.ts';
import { sleep } from '../../wrap/sleep.ts';

/** What goes wrong. */
export type Misdeed =
  /** Nothing is done. Without an error: `unreachable`. */
  | { fail: StorageError | true }
  /** It is done, and the answer is lost. */
  | { failAfter: StorageError | true }
  /** A stream that is read breaks after so many bytes; a file that is written breaks when that many were taken. */
  | { cutAfterBytes: number; error?: StorageError }
  | { delayMs: number }
  /** Nothing is ever heard, until somebody gives up. */
  | { hang: true };

export interface Fault {
  call: Call | 'listBelow';
  /** Only calls for such a path (the first of two, the first of many). */
  path?: string | RegExp;
  /** The first call that is struck, from 1; default 1. */
  nth?: number;
  /** How many from there on; default 1. */
  times?: number;
  misdeed: Misdeed;
}

export interface FaultyDriver extends StorageDriver {
  /** Takes these in the place of all others; counting begins anew. */
  setFaults(...faults: Fault[]): void;
  /** Every call in order. */
  readonly calls: readonly { call: Call | 'listBelow'; path: string }[];
  /** Calls so far that something was done to. */
  readonly strikes: number;
}

const lost = (error: StorageError | true | undefined): StorageError =>
  error instanceof StorageError ? error : new StorageError('unreachable', 'The connection to the service was lost.');

const never = (signal: AbortSignal): Promise<never> => orAborted(new Promise<never>(() => {}), signal);

/** Ends with the error once so many bytes came by. */
function cutStream(
  stream: ReadableStream<Uint8Array>,
  afterBytes: number,
  error: StorageError,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let left = afterBytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        controller.enqueue(value.subarray(0, left));
        left -= value.byteLength;
        if (left > 0) return;
        void reader.cancel(error).catch(() => {});
        controller.error(error);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Any driver, and the failures it is told to have. Without faults it is that driver. */
export function createFaultyDriver(driver: StorageDriver, ...first: Fault[]): FaultyDriver {
  let faults: { fault: Fault; seen: number }[] = [];
  const calls: { call: Call | 'listBelow'; path: string }[] = [];
  let strikes = 0;

  const setFaults = (...next: Fault[]) => {
    faults = next.map((fault) => ({ fault, seen: 0 }));
  };
  setFaults(...first);

  const fits = ({ call, path }: Fault, name: string, at: string) =>
    call === name && (path === undefined || (typeof path === 'string' ? path === at : path.test(at)));

  function misdeedFor(call: Call | 'listBelow', path: string): Misdeed | null {
    calls.push({ call, path });
    let found: Misdeed | null = null;
    for (const one of faults) {
      if (!fits(one.fault, call, path)) continue;
      one.seen += 1;
      const { nth = 1, times = 1, misdeed } = one.fault;
      if (found === null && one.seen >= nth && one.seen < nth + times) found = misdeed;
    }
    if (found) strikes += 1;
    return found;
  }

  /** What precedes the work. */
  async function before(misdeed: Misdeed | null, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!misdeed) return;
    if ('fail' in misdeed) throw lost(misdeed.fail);
    if ('hang' in misdeed) await never(signal);
    if ('delayMs' in misdeed) await sleep(misdeed.delayMs, signal);
  }

  async function around<T>(call: Call, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>, path: string) {
    const misdeed = misdeedFor(call, path);
    await before(misdeed, signal);
    const answer = await work(signal);
    if (misdeed && 'failAfter' in misdeed) throw lost(misdeed.failAfter);
    return answer;
  }

  const write: StorageDriver['write'] = async (path, content, how) => {
    const misdeed = misdeedFor('write', path);
    await before(misdeed, how.signal);
    if (!misdeed || !('cutAfterBytes' in misdeed)) {
      const written = await driver.write(path, content, how);
      if (misdeed && 'failAfter' in misdeed) throw lost(misdeed.failAfter);
      return written;
    }
    let taken = 0;
    const error = lost(misdeed.error);
    const cut = {
      size: content.size,
      async read(offset: number, length: number) {
        taken += length;
        if (taken > misdeed.cutAfterBytes) throw error;
        return content.read(offset, length);
      },
    };
    return driver.write(path, cut, how);
  };

  async function* listBelow(folder: string, signal: AbortSignal): AsyncIterable<Entry[]> {
    const misdeed = misdeedFor('listBelow', folder);
    await before(misdeed, signal);
    yield* driver.listBelow?.(folder, signal) ?? [];
    if (misdeed && 'failAfter' in misdeed) throw lost(misdeed.failAfter);
  }

  const faulty = eachCall(driver, around, {
    write,
    async read(path, range, signal) {
      const misdeed = misdeedFor('read', path);
      await before(misdeed, signal);
      const stream = await driver.read(path, range, signal);
      return misdeed && 'cutAfterBytes' in misdeed
        ? cutStream(stream, misdeed.cutAfterBytes, lost(misdeed.error))
        : stream;
    },
    ...(driver.listBelow && { listBelow }),
  });
  return Object.defineProperties(faulty, {
    setFaults: { value: setFaults },
    calls: { value: calls },
    strikes: { get: () => strikes },
  }) as FaultyDriver;
}
