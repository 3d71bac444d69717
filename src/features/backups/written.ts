import { closeSync, lstatSync, mkdirSync, openSync, readSync, rmSync, type Stats, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathBytes } from './names.ts';
import { onOwnDisk } from './stop.ts';

/** One file a mover says it wrote. */
export interface WrittenFile {
  landing: string;
  /** Relative to the landing, one character per byte. */
  path: string;
  size: number;
}

const chunkBytes = 64 * 1024;
/** Files looked up at the destination before others get their turn on this thread. */
const batch = 500;

/**
 * Remembers every file a run wrote, in a file of the data folder rather than in memory: a first run may write
 * millions. Afterwards each is looked up at the destination, because an exit code is not a proof. Throws RunStop when
 * the data folder's disk is full.
 */
export function createWrittenList(dataDir: string, runUuid: string) {
  const dir = join(dataDir, 'spool');
  const path = join(dir, runUuid);
  const fd = onOwnDisk(() => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return openSync(path, 'wx+', 0o600);
  });
  const landings: string[] = [];
  let buffered = '';
  let count = 0;
  const spill = () => {
    const bytes = Buffer.from(buffered, 'latin1');
    onOwnDisk(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    });
    buffered = '';
  };

  return {
    add(file: WrittenFile): void {
      let landing = landings.indexOf(file.landing);
      if (landing < 0) landing = landings.push(file.landing) - 1;
      buffered += `${landing} ${file.size} ${file.path}\0`;
      count += 1;
      if (buffered.length > chunkBytes) spill();
    },
    count: () => count,

    /**
     * Looks up every file below `root` and reports each with what was found there, null when it is missing.
     * Gives way to other work between batches.
     */
    async check(
      root: string,
      signal: AbortSignal,
      report: (file: WrittenFile, found: Stats | null) => void,
    ): Promise<void> {
      spill();
      const chunk = Buffer.alloc(chunkBytes);
      let rest = '';
      let seen = 0;
      for (let at = 0, read = 0; (read = readSync(fd, chunk, 0, chunkBytes, at)) > 0; at += read) {
        const records = (rest + chunk.toString('latin1', 0, read)).split('\0');
        rest = records.pop() ?? '';
        for (const record of records) {
          const [landing = '', size = ''] = record.split(' ', 2);
          const name = record.slice(landing.length + size.length + 2);
          const file = { landing: landings[Number(landing)] ?? '', path: name, size: Number(size) };
          report(file, fileAt(Buffer.concat([Buffer.from(`${root}/${file.landing}/`), pathBytes(name)])));
          if (++seen % batch === 0) {
            await new Promise<void>((resume) => setImmediate(resume));
            signal.throwIfAborted();
          }
        }
      }
    },

    remove(): void {
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

export type WrittenList = ReturnType<typeof createWrittenList>;

/** Removes lists left by a process that died. */
export const sweepWrittenLists = (dataDir: string): void =>
  rmSync(join(dataDir, 'spool'), { recursive: true, force: true });

function fileAt(path: Buffer): Stats | null {
  try {
    const stat = lstatSync(path);
    return stat.isFile() ? stat : null;
  } catch {
    return null;
  }
}
