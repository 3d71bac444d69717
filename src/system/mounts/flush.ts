import { spawnLines } from '../process/spawn.ts';

/**
 * Writes everything of the filesystem behind an open folder to the medium (syncfs) and waits for it. Rejects with the
 * tool's words when that failed, also when writing back failed earlier: what rsync reported as done may be lost then.
 *
 * In a process of its own: a slow stick takes minutes, and a system call on our thread would stop the server for them.
 * The child's working directory is the handle itself, so it is the filesystem we hold, wherever it is mounted by now.
 */
export async function syncFilesystem(handle: number): Promise<void> {
  const ended = await spawnLines({ argv: ['sync', '-f', '.'], cwd: `/proc/${process.pid}/fd/${handle}` });
  if (ended.code === 0) return;
  const words =
    ended.stderrTail.trim().replace(/^.*error syncing '\.': /s, '') || `sync ended with ${ended.signal ?? ended.code}`;
  throw new Error(`The written data did not reach the medium: ${words}. Check the drive: it may be failing.`);
}
