import { closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fsyncDir } from '../lib/atomic-file.ts';
import { mainFile } from './data-folder.ts';
import { type Inspection, inspectDatabase } from './inspect.ts';

/** A copy as it lies in `snapshots/`: can it be put back, and who is in it. */
export const inspectSnapshot = (path: string): Inspection => inspectDatabase(path, { inUse: false, thorough: true });

/**
 * Makes a snapshot the main database of `dir`, whose lock the caller holds. The database it replaces is kept as
 * `dynamight.db.damaged-<time>` (with its `-wal`); answers that path, or null when there was none. A crash at any
 * moment leaves the old file or the new one under the name, or none, which starts in recovery mode again.
 *
 * Throws when the snapshot itself is damaged. `jwt.key` is made anew: a session that was ended after the snapshot
 * was taken must not come back with it.
 */
export function putBackSnapshot(dir: string, snapshot: string, nowMs: number): string | null {
  const { problem } = inspectSnapshot(snapshot);
  if (problem !== null) throw new Error(`${snapshot} cannot be used: ${problem}`);
  const path = join(dir, mainFile);
  const temp = `${path}.putting-back`;
  try {
    copyFlushed(snapshot, temp);
    const aside = setAside(path, nowMs);
    rmSync(join(dir, 'jwt.key'), { force: true });
    renameSync(temp, path);
    fsyncDir(dir);
    return aside;
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}

/** A second name for the database, so that the final rename replaces it in one step; its WAL would spoil the new one. */
function setAside(path: string, nowMs: number): string | null {
  if (!existsSync(path) && !existsSync(`${path}-wal`)) return null;
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  let aside = `${path}.damaged-${stamp}`;
  for (let n = 2; existsSync(aside) || existsSync(`${aside}-wal`); n += 1) aside = `${path}.damaged-${stamp}-${n}`;
  if (existsSync(path)) linkSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  fsyncDir(join(path, '..'));
  return aside;
}

function copyFlushed(from: string, to: string): void {
  const source = openSync(from, 'r');
  try {
    rmSync(to, { force: true });
    const target = openSync(to, 'wx', 0o600);
    try {
      const buffer = Buffer.alloc(256 * 1024);
      for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer))
        for (let at = 0; at < read; ) at += writeSync(target, buffer, at, read - at);
      fsyncSync(target);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}
