import { orAborted } from '../content.ts';
import type { Entry, StorageDriver } from '../driver.ts';
import { StorageError } from '../errors.ts';
import { eachCall } from './each-call.ts';

interface StallOptions {
  /** Longest silence of a call that moves a file: longer than a part takes on the slowest line. */
  silenceMs: number;
  /** Longest time of calls that tell nothing before they end (a listing, a copy at the service); default 10 × as long. */
  quietMs?: number;
  /** Calls once after so long, unless what it answers is called before; tests bring their own time. */
  after?(ms: number, ring: () => void): () => void;
}

const realAfter = (ms: number, ring: () => void): (() => void) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

/** Time is not counted while we are the ones who are waited for: a slow disk or a bandwidth limit is no dead service. */
interface Watch {
  /** Ends with the caller's signal, or by silence. */
  signal: AbortSignal;
  /** Something moved. */
  progress(): void;
  /** Runs what is ours to do while the watch stands still. */
  pausedFor<T>(ours: () => Promise<T>): Promise<T>;
  pause(): void;
  goOn(): void;
  end(): void;
}

/** Ends calls that nothing is heard of, with `timeout`; a driver that cannot even be aborted is left to itself. */
export function withStall(driver: StorageDriver, options: StallOptions): StorageDriver {
  const { silenceMs, quietMs = silenceMs * 10, after = realAfter } = options;

  function watch(outer: AbortSignal, ms: number): Watch {
    const controller = new AbortController();
    let stop: (() => void) | null = null;
    let paused = 0;
    const ring = () => {
      const seconds = Math.max(1, Math.round(ms / 1000));
      controller.abort(
        new StorageError('timeout', `Nothing was heard of the service for ${seconds} s. The connection was ended.`),
      );
    };
    const progress = () => {
      stop?.();
      stop = paused > 0 || controller.signal.aborted ? null : after(ms, ring);
    };
    const goOn = () => {
      paused -= 1;
      progress();
    };
    const pause = () => {
      paused += 1;
      progress();
    };
    const follow = () => controller.abort(outer.reason);
    if (outer.aborted) follow();
    else outer.addEventListener('abort', follow, { once: true });
    progress();
    return {
      signal: controller.signal,
      progress,
      pause,
      goOn,
      async pausedFor(ours) {
        pause();
        try {
          return await ours();
        } finally {
          goOn();
        }
      },
      end() {
        outer.removeEventListener('abort', follow);
        paused = Number.POSITIVE_INFINITY;
        progress();
      },
    };
  }

  /** The reason of an abort is the answer, whatever the driver made of it; the caller's own comes before ours. */
  async function watched<T>(outer: AbortSignal, dog: Watch, work: Promise<T>): Promise<T> {
    try {
      return await orAborted(work, dog.signal);
    } catch (error) {
      if (outer.aborted) throw outer.reason;
      throw dog.signal.aborted ? dog.signal.reason : error;
    }
  }

  async function* listBelow(folder: string, signal: AbortSignal): AsyncIterable<Entry[]> {
    const dog = watch(signal, quietMs);
    const pages = driver.listBelow?.(folder, dog.signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await watched(signal, dog, pages?.next() ?? Promise.reject(new Error('no flat listing')));
        if (step.done) return;
        dog.pause();
        yield step.value;
        dog.goOn();
      }
    } finally {
      dog.end();
      void pages?.return?.().catch(() => {}); // one that hangs must not hold up whoever gave up
    }
  }

  return eachCall(
    driver,
    async (_, signal, work) => {
      const dog = watch(signal, quietMs);
      try {
        return await watched(signal, dog, work(dog.signal));
      } finally {
        dog.end();
      }
    },
    {
      ...(driver.listBelow && { listBelow }),
      async write(path, content, how) {
        const dog = watch(how.signal, silenceMs);
        const heard = {
          size: content.size,
          read: (...what: Parameters<typeof content.read>) => dog.pausedFor(() => content.read(...what)),
        };
        const onProgress = (bytes: number) => {
          dog.progress();
          how.onProgress?.(bytes);
        };
        try {
          const written = driver.write(path, heard, { ...how, signal: dog.signal, onProgress });
          return await watched(how.signal, dog, written);
        } finally {
          dog.end();
        }
      },
      async read(path, range, signal) {
        const dog = watch(signal, silenceMs);
        try {
          const stream = await watched(signal, dog, driver.read(path, range, dog.signal));
          dog.pause();
          return watchedStream(signal, dog, stream.getReader());
        } catch (error) {
          dog.end();
          throw error;
        }
      },
    },
  );

  function watchedStream(
    outer: AbortSignal,
    dog: Watch,
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          dog.goOn();
          try {
            const { done, value } = await watched(outer, dog, reader.read());
            if (done) {
              dog.end();
              return controller.close();
            }
            controller.enqueue(value);
          } catch (error) {
            dog.end();
            void reader.cancel(error).catch(() => {});
            throw error;
          } finally {
            dog.pause();
          }
        },
        cancel(reason) {
          dog.end();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }
}
