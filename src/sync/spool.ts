import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashKind } from '../storage/driver.ts';
import type { FileState, UploadReason } from './decide.ts';
import type { RemoteState } from './journal.ts';

/** Numbers of nanoseconds and inodes as decimal text: JSON knows no others. */
interface SpooledFile {
  size: number;
  mtimeNs: string;
  ctimeNs: string;
  ino: string;
}

interface Place {
  /** Which landing, by its position in the job. */
  landing: number;
  /** Relative to it, latin1. */
  path: string;
}

/** One thing to be done. */
export type Operation =
  | (Place & { is: 'upload'; why: UploadReason; replaces: boolean; file: SpooledFile })
  | (Place & {
      is: 'compare';
      why: UploadReason;
      kind: HashKind;
      hex: string;
      same: 'unchanged' | 'attributes';
      file: SpooledFile;
      there: SpooledRemote;
    })
  | (Place & { is: 'adopt'; file: SpooledFile; there: SpooledRemote })
  /** Only to be told. */
  | (Place & { is: 'tell'; action: 'new' | 'unchanged'; kind: 'file' | 'dir' | 'link' | 'other'; size: number })
  | (Place & { is: 'problem'; level: 'warning' | 'error'; message: string })
  | (Place & { is: 'make_folder' })
  /** `at` is the path as the service spells it. */
  | (Place & { is: 'remove' | 'remove_folder'; at: string })
  /** What is noted of this path is of no use any more. */
  | (Place & { is: 'forget' });

export type SpooledRemote = Omit<RemoteState, 'mtimeNs'> & { mtimeNs: string | null };

export const spooledFile = ({ size, mtimeNs, ctimeNs, ino }: FileState): SpooledFile => ({
  size,
  mtimeNs: String(mtimeNs),
  ctimeNs: String(ctimeNs),
  ino: String(ino),
});

export const spooledRemote = ({ size, hash, tag, id, mtimeNs }: RemoteState): SpooledRemote => ({
  size,
  hash,
  tag,
  id,
  mtimeNs: mtimeNs === null ? null : String(mtimeNs),
});

export interface Spool {
  add(operation: Operation): void;
  readonly count: number;
  /** Everything added so far, in its order, some hundred at a time. */
  read(): AsyncGenerator<Operation[]>;
  /** Removes the file. Safe to repeat. */
  close(): void;
}

const writeBytes = 256 * 1024;
const readBytes = 256 * 1024;

/** A list of operations in a file: a million of them take no memory. */
export function createSpool(dir: string, name: string): Spool {
  const path = join(dir, `${name}.${crypto.randomUUID()}.spool`);
  const fd = openSync(path, 'wx', 0o600);
  let waiting: string[] = [];
  let waitingLength = 0;
  let count = 0;
  let isOpen = true;

  const flush = (): void => {
    const bytes = Buffer.from(waiting.join(''));
    waiting = [];
    waitingLength = 0;
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  };

  return {
    get count() {
      return count;
    },
    add(operation) {
      const line = `${JSON.stringify(operation)}\n`;
      waiting.push(line);
      waitingLength += line.length;
      count += 1;
      if (waitingLength >= writeBytes) flush();
    },
    async *read() {
      if (count === 0) return;
      flush();
      const file = await open(path, 'r');
      try {
        const chunk = Buffer.allocUnsafe(readBytes);
        let rest = Buffer.alloc(0);
        for (;;) {
          const { bytesRead } = await file.read(chunk, 0, chunk.length);
          if (bytesRead === 0) return;
          const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
          const end = bytes.lastIndexOf(0x0a) + 1;
          rest = Buffer.from(bytes.subarray(end));
          const lines = bytes.subarray(0, end).toString().split('\n');
          lines.pop();
          if (lines.length > 0) yield lines.map((line) => JSON.parse(line) as Operation);
        }
      } finally {
        await file.close();
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}
