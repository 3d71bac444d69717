import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { ManifestError, maxLineBytes, type VersionEntry, type VersionHead } from './manifest.ts';
import { entryOf, headOf } from './manifest-wire.ts';

export interface ManifestLimits {
  /** What it may be unpacked, in bytes. */
  bytes: number;
  entries: number;
}

export interface ManifestReader {
  head: VersionHead;
  /**
   * The entries, some hundred at a time, in the order of their path's bytes; to be read once. Only when it comes to its
   * end was the manifest whole: throws ManifestError where it is not, and what reading it throws.
   */
  entries(): AsyncGenerator<VersionEntry[]>;
  /** Lets go of everything. Safe to repeat. */
  close(): Promise<void>;
}

/** Twenty times the largest job we promise to hold. */
const generous: ManifestLimits = { bytes: 32 * 1024 ** 3, entries: 20_000_000 };
/** Memory zstd may take for what it looks back on, as a power of two: all levels up to 19 need no more. */
const windowLog = 23;

/**
 * Reads a manifest from the bytes of its file, whoever wrote it: nothing it says can take more memory than one line.
 * The head is read at once. Throws ManifestError when it is none, and what reading it throws.
 */
export async function openManifest(
  chunks: AsyncIterable<Uint8Array>,
  limits: ManifestLimits = generous,
): Promise<ManifestReader> {
  const lines = linesOf(chunks, limits.bytes);
  try {
    const first = await lines.next();
    const [top, ...rest] = first.done ? [] : first.value;
    if (top === undefined) throw new ManifestError('The manifest is empty.');
    return {
      head: inLine(1, () => headOf(parse(top))),
      entries: () => entriesOf(lines, rest, limits.entries),
      async close() {
        await lines.return(null);
      },
    };
  } catch (error) {
    await lines.return(null);
    throw error;
  }
}

async function* entriesOf(
  lines: AsyncGenerator<string[]>,
  first: readonly string[],
  most: number,
): AsyncGenerator<VersionEntry[]> {
  let number = 1;
  let count = 0;
  let last = '';
  let ended = false;
  const read = (batch: readonly string[]): VersionEntry[] => {
    const entries: VersionEntry[] = [];
    for (const line of batch) {
      number += 1;
      if (ended) throw new ManifestError(`Line ${number}: something comes after the end.`);
      const value = inLine(number, () => parse(line));
      if (isEnd(value)) {
        if (value.entries !== count)
          throw new ManifestError(
            `The manifest holds ${count} entries but was written with ${JSON.stringify(value.entries)}.`,
          );
        ended = true;
        continue;
      }
      const entry = inLine(number, () => entryOf(value));
      if (entry.path <= last) throw new ManifestError(`Line ${number}: the entries are not in order.`);
      if (count >= most) throw new ManifestError(`The manifest holds more than ${most} entries.`);
      last = entry.path;
      count += 1;
      entries.push(entry);
    }
    return entries;
  };
  try {
    if (first.length > 0) yield read(first);
    for await (const batch of lines) yield read(batch);
    if (!ended) throw new ManifestError('The manifest breaks off before its end.');
  } finally {
    await lines.return(null);
  }
}

/** Unpacked lines, some at a time. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<string[]> {
  const unzip = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLog } });
  const source = Readable.from(chunks, { objectMode: false });
  const fed = pipeline(source, unzip);
  fed.catch(() => {}); // comes out of the loop below
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  try {
    for await (const part of unzip as AsyncIterable<Buffer>) {
      total += part.length;
      if (total > most) throw new ManifestError(`The manifest is larger than ${most} bytes.`);
      const end = part.lastIndexOf(0x0a) + 1;
      if (end === 0) {
        rest = Buffer.concat([rest, part]);
        if (rest.length > maxLineBytes) throw tooLong();
        continue;
      }
      if (rest.length + part.indexOf(0x0a) > maxLineBytes) throw tooLong();
      const text = decoded(decoder, Buffer.concat([rest, part.subarray(0, end - 1)]));
      rest = Buffer.from(part.subarray(end));
      yield text.split('\n');
    }
    if (rest.length > 0) throw new ManifestError('The manifest breaks off before its end.');
  } catch (error) {
    throw isUnpacking(error) ? new ManifestError('The manifest is damaged: it cannot be unpacked.') : error;
  } finally {
    unzip.destroy();
    source.destroy();
  }
}

const tooLong = () => new ManifestError(`A line of the manifest is longer than ${maxLineBytes} bytes.`);
const isUnpacking = (error: unknown): boolean =>
  (error as { code?: string | number } | null)?.code?.toString().startsWith('ZSTD_') ?? false;
const isEnd = (value: unknown): value is { entries: unknown } =>
  typeof value === 'object' && value !== null && (value as { end?: unknown }).end === true;

function decoded(decoder: TextDecoder, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ManifestError('The manifest is damaged: it is not text.');
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ManifestError('this is not JSON');
  }
}

function inLine<T>(number: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ManifestError ? new ManifestError(`Line ${number}: ${error.message}`) : error;
  }
}
