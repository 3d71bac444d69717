import { lstatSync, readdirSync } from 'node:fs';

/** Entries looked at before others get their turn on this thread. */
const batch = 1000;
/** Less than this is no hole but the way a filesystem counts. */
const slackBytes = 128 * 1024;

/**
 * Does this tree hold a file with holes (a disk image, a database): one that takes much less room than its size says.
 * Stops at the first; never enters a link.
 */
export async function holdsSparseFile(dir: string, signal: AbortSignal): Promise<boolean> {
  const open: Buffer[] = [Buffer.from(dir)];
  let seen = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    for (const name of namesIn(at)) {
      const path = Buffer.concat([at, Buffer.from('/'), name]);
      const found = lookAt(path);
      if (found === 'sparse') return true;
      if (found === 'dir') open.push(path);
      if (++seen % batch === 0) {
        await new Promise<void>((resume) => setImmediate(resume));
        signal.throwIfAborted();
      }
    }
  }
  return false;
}

function namesIn(dir: Buffer): Buffer[] {
  try {
    return readdirSync(dir, { encoding: 'buffer' });
  } catch {
    return []; // the copy will name it
  }
}

function lookAt(path: Buffer): 'dir' | 'sparse' | null {
  try {
    const stat = lstatSync(path);
    if (stat.isDirectory()) return 'dir';
    return stat.isFile() && stat.blocks * 512 < stat.size - slackBytes ? 'sparse' : null;
  } catch {
    return null;
  }
}
