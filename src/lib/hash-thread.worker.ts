import type { HashAnswer, HashRequest } from './hash-thread.ts';

// Runs as a thread of its own, see hash-thread.ts; the executable has it beside the program itself.
const thread = globalThis as unknown as Worker;
const hashes = new Map<number, Bun.CryptoHasher>();
let memory = new SharedArrayBuffer(0);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const answer = (message: HashAnswer): void => thread.postMessage(message);

thread.addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  if ('memory' in data) memory = data.memory;
  else if ('begin' in data) hashes.set(data.begin, new Bun.CryptoHasher(data.kind));
  else if ('at' in data) {
    hashes.get(data.hash)?.update(new Uint8Array(memory, data.at, data.length));
    answer({ free: data.at });
  } else {
    const hex = hashes.get(data.end)?.digest('hex') ?? '';
    hashes.delete(data.end);
    answer({ hash: data.end, hex });
  }
});
answer({ begun: true });
