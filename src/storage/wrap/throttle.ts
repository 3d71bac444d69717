import { type Clock, systemClock } from '../../core/clock.ts';
import type { StorageDriver } from '../driver.ts';
import { eachCall } from './each-call.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

interface ThrottleOptions {
  /** KiB a second over all calls of this driver together, both directions; as rsync's `--bwlimit` counts. */
  kibPerSecond: number;
  clock?: Clock;
  sleep?: Sleep;
}

/** What may be sent at once after a pause. */
const burstMs = 250;

/**
 * Holds the bytes of all files that are read and written under one limit. Who asks first is served first; a piece waits
 * until all before it and it itself were paid for, so that large pieces are no way around the limit.
 */
export function withThrottle(driver: StorageDriver, options: ThrottleOptions): StorageDriver {
  const { kibPerSecond, clock = systemClock, sleep = realSleep } = options;
  const msPerByte = 1000 / (kibPerSecond * 1024);
  /** When everything taken so far is paid for. */
  let paidAt = Number.NEGATIVE_INFINITY;

  async function pay(bytes: number, signal: AbortSignal): Promise<void> {
    const now = clock.monotonic();
    paidAt = Math.max(paidAt, now - burstMs) + bytes * msPerByte;
    if (paidAt > now) await sleep(paidAt - now, signal);
    else signal.throwIfAborted();
  }

  function throttled(stream: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
    const reader = stream.getReader();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          await pay(value.byteLength, signal).catch(async (reason: unknown) => {
            await reader.cancel(reason).catch(() => {});
            throw reason;
          });
          controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  return eachCall(driver, (_, signal, work) => work(signal), {
    read: async (path, range, signal) => throttled(await driver.read(path, range, signal), signal),
    write: (path, content, how) =>
      driver.write(
        path,
        {
          size: content.size,
          async read(offset, length, into) {
            const bytes = await content.read(offset, length, into);
            await pay(length, how.signal);
            return bytes;
          },
        },
        how,
      ),
  });
}
