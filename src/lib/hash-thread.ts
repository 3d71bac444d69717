import { join } from 'node:path';

/** A hash worked out beside the main thread: SHA-256 takes longer than sending, where the processor does not know it. */
export interface ThreadHash {
  /** Copies the bytes; resolves when that is done, which is when others before them made room. One call at a time. */
  update(bytes: Uint8Array): Promise<void>;
  /** Lower-case hex. Nothing may be called afterwards. */
  digest(): Promise<string>;
  /** Instead of `digest`, when nobody wants to know. */
  drop(): void;
}

/** Rejections are about the thread itself, which ended: nothing it was asked is ever answered. */
export interface HashThread {
  begin(kind: HashName): ThreadHash;
  close(): void;
}

export type HashName = 'md5' | 'sha1' | 'sha256';

/** What the thread is asked: first for the memory both sides see, then in the order of the hash's own bytes. */
export type HashRequest =
  | { memory: SharedArrayBuffer }
  | { begin: number; kind: HashName }
  | { hash: number; at: number; length: number }
  | { end: number };
/** What it answers: it has begun; the bytes at `free` were taken in; a hash. */
export type HashAnswer = { begun: true } | { free: number } | { hash: number; hex: string };

const slotBytes = 512 * 1024;
const slots = 4;

/** In an executable every file of the program lies below one folder, and only those compiled by name are there. */
const embedded = '/$bunfs/root';
const program = import.meta.dir.startsWith(embedded)
  ? join(embedded, 'lib/hash-thread.worker.js')
  : join(import.meta.dir, 'hash-thread.worker.ts');

/** Null where no thread can be had: whoever asks works it out on his own. */
export function openHashThread(): Promise<HashThread | null> {
  let worker: Worker;
  try {
    worker = new Worker(program);
  } catch {
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const give = () => resolve(null);
    worker.addEventListener('error', give, { once: true });
    worker.addEventListener('close', give, { once: true });
    worker.addEventListener('message', () => resolve(serve(worker)), { once: true });
  });
}

function serve(worker: Worker): HashThread {
  const memory = new SharedArrayBuffer(slots * slotBytes);
  const free = Array.from({ length: slots }, (_, slot) => slot * slotBytes);
  const waiting: { resolve(at: number): void; reject(error: Error): void }[] = [];
  const asked = new Map<number, { resolve(hex: string): void; reject(error: Error): void }>();
  let ended: Error | null = null;
  let last = 0;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const ask = (request: HashRequest): void => worker.postMessage(request);
  const end = (error: Error): void => {
    ended ??= error;
    for (const one of [...waiting.splice(0), ...asked.values()]) one.reject(ended);
    asked.clear();
  };
  worker.addEventListener('error', ({ message }) => end(new Error(`The hashing thread failed: ${message}`)));
  worker.addEventListener('close', () => end(new Error('The hashing thread ended')));
  worker.addEventListener('message', ({ data }: MessageEvent<HashAnswer>) => {
    if ('free' in data) {
      const next = waiting.shift();
      if (next) next.resolve(data.free);
      else free.push(data.free);
    } else if ('hash' in data) {
      asked.get(data.hash)?.resolve(data.hex);
      asked.delete(data.hash);
    }
  });
  ask({ memory });

  const room = (): number | Promise<number> =>
    free.pop() ?? new Promise((resolve, reject) => waiting.push({ resolve, reject }));

  return {
    begin(kind) {
      last += 1;
      const id = last;
      if (ended === null) ask({ begin: id, kind });
      return {
        async update(bytes) {
          for (let from = 0; from < bytes.byteLength; from += slotBytes) {
            if (ended !== null) throw ended;
            const at = await room();
            const part = bytes.subarray(from, from + slotBytes);
            new Uint8Array(memory, at, part.byteLength).set(part);
            ask({ hash: id, at, length: part.byteLength });
          }
        },
        digest: () =>
          new Promise((resolve, reject) => {
            if (ended !== null) return reject(ended);
            asked.set(id, { resolve, reject });
            ask({ end: id });
          }),
        drop() {
          if (ended === null) ask({ end: id });
        },
      };
    },
    close() {
      end(new Error('The hashing thread was closed'));
      worker.terminate();
    },
  };
}
