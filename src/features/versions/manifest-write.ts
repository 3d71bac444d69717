import { once } from 'node:events';
import { constants, createZstdCompress } from 'node:zlib';
import { type ManifestEnd, ManifestError, maxLineBytes, type VersionEntry, type VersionHead } from './manifest.ts';
import { wireEntry, wireHead } from './manifest-wire.ts';

/** Takes what is written, in order; the next chunk comes when the promise settles. */
export interface ByteSink {
  write(chunk: Uint8Array): Promise<void> | void;
}

export interface ManifestWriter {
  /** Entries in the order of their path's bytes; throws ManifestError at one that is not, and what the sink throws. */
  add(entries: Iterable<VersionEntry>): Promise<void>;
  /** Writes the last line. Only what is in the sink after this is a manifest. */
  end(): Promise<{ entries: number; bytes: number }>;
  /** Lets go of everything without an end. Safe to repeat, and after `end`. */
  abort(): void;
}

/** Measured with random hashes: level 3 takes half as long again and is no smaller. */
const level = 1;
const flushLength = 256 * 1024;

/**
 * Writes a manifest through `sink`: zstd with a checksum, so that a flipped bit is found when it is read. Memory does
 * not grow with the number of entries.
 */
export function createManifestWriter(head: VersionHead, sink: ByteSink): ManifestWriter {
  const zip = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  let bytes = 0;
  const pumped = (async () => {
    for await (const chunk of zip) {
      bytes += (chunk as Buffer).length;
      await sink.write(chunk as Buffer);
    }
  })();
  pumped.catch(() => zip.destroy()); // told by the next `add`, or by `end`

  let lines: string[] = [];
  let length = 0;
  let entries = 0;
  let last = '';
  let ended = false;

  const line = (value: unknown): void => {
    const text = JSON.stringify(value);
    // Three bytes a character at the most: only long lines are measured.
    if (text.length * 3 > maxLineBytes && Buffer.byteLength(text) > maxLineBytes)
      throw new ManifestError(`An entry is too long for a manifest: ${text.slice(0, 200)}…`);
    lines.push(text);
    length += text.length + 1;
  };
  const flush = async (): Promise<void> => {
    const chunk = Buffer.from(`${lines.join('\n')}\n`);
    lines = [];
    length = 0;
    if (!zip.write(chunk)) await Promise.race([once(zip, 'drain'), pumped]);
  };

  line(wireHead(head));
  return {
    async add(more) {
      for (const entry of more) {
        if (entry.path <= last)
          throw new ManifestError(`Entries out of order: ${JSON.stringify(entry.path)} after ${JSON.stringify(last)}`);
        last = entry.path;
        line(wireEntry(entry));
        entries += 1;
        if (length >= flushLength) await flush();
      }
    },
    async end() {
      line({ end: true, entries } satisfies ManifestEnd);
      await flush();
      ended = true;
      zip.end();
      await pumped;
      return { entries, bytes };
    },
    abort() {
      if (!ended) zip.destroy();
      ended = true;
    },
  };
}
