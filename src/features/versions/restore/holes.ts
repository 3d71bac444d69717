import { ftruncate, write } from 'node:fs';
import { promisify } from 'node:util';

const setSize = promisify(ftruncate);
const blockBytes = 4096;
const zeros = Buffer.alloc(blockBytes);

const writeAll = async (fd: number, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.byteLength; )
    done += await new Promise<number>((resolve, reject) => {
      write(fd, bytes, done, bytes.byteLength - done, position + done, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
};

const isZero = (bytes: Uint8Array, from: number, to: number): boolean =>
  bytes[from] === 0 && bytes[to - 1] === 0 && zeros.compare(bytes, from, to, 0, to - from) === 0;

/** The parts of `bytes` that are not whole blocks of zeros; blocks count from the beginning of the file. */
export function writtenParts(bytes: Uint8Array, position: number): [number, number][] {
  const parts: [number, number][] = [];
  for (let from = 0; from < bytes.byteLength; ) {
    const to = Math.min(bytes.byteLength, from + blockBytes - ((position + from) % blockBytes));
    if (to - from < blockBytes || !isZero(bytes, from, to)) {
      const last = parts.at(-1);
      if (last?.[1] === from) last[1] = to;
      else parts.push([from, to]);
    }
    from = to;
  }
  return parts;
}

/** Writes a new file from its beginning to its end; blocks of zeros become holes, which take no room. */
export function createHoleWriter(fd: number) {
  let position = 0;
  let written = 0;
  return {
    async write(bytes: Uint8Array): Promise<void> {
      for (const [from, to] of writtenParts(bytes, position)) {
        await writeAll(fd, bytes.subarray(from, to), position + from);
        written = position + to;
      }
      position += bytes.byteLength;
    },
    async end(): Promise<void> {
      if (written < position) await setSize(fd, position);
    },
  };
}
