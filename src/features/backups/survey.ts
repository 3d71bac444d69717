import { lstatSync, readdirSync } from 'node:fs';

/** What lies in a tree, without its folders. */
export interface Survey {
  /** Names of regular files. */
  files: number;
  /** Their sizes, a file of several names once. */
  bytes: number;
  /** Their sizes, each name for itself. */
  namedBytes: number;
  /** What they take on their disk, likewise. */
  occupiedBytes: number;
  /** One of them has holes (a disk image, a database): it takes much less room than its size says. */
  sparse: boolean;
}

/** Entries looked at before others get their turn on this thread. */
const batch = 1000;
/** Less than this is no hole but the way a filesystem counts. */
const slackBytes = 128 * 1024;

/** Looks at every entry of a tree; never enters a link. What cannot be read is left out: the copy will name it. */
export async function surveyTree(dir: string | Buffer, signal: AbortSignal): Promise<Survey> {
  const survey: Survey = { files: 0, bytes: 0, namedBytes: 0, occupiedBytes: 0, sparse: false };
  const severalNames = new Set<number>();
  const open: Buffer[] = [Buffer.from(dir as string)];
  let seen = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    for (const name of namesIn(at)) {
      const path = Buffer.concat([at, slash, name]);
      if (lookAt(path, survey, severalNames) === 'dir') open.push(path);
      if (++seen % batch === 0) {
        await new Promise<void>((resume) => setImmediate(resume));
        signal.throwIfAborted();
      }
    }
  }
  return survey;
}

const slash = Buffer.from('/');

function namesIn(dir: Buffer): Buffer[] {
  try {
    return readdirSync(dir, { encoding: 'buffer' });
  } catch {
    return [];
  }
}

function lookAt(path: Buffer, survey: Survey, severalNames: Set<number>): 'dir' | null {
  try {
    const stat = lstatSync(path);
    if (stat.isDirectory()) return 'dir';
    if (!stat.isFile()) return null;
    survey.files += 1;
    survey.namedBytes += stat.size;
    if (stat.nlink > 1) {
      if (severalNames.has(stat.ino)) return null;
      severalNames.add(stat.ino);
    }
    const occupied = stat.blocks * 512;
    survey.bytes += stat.size;
    survey.occupiedBytes += Math.min(stat.size, occupied);
    if (occupied < stat.size - slackBytes) survey.sparse = true;
  } catch {
    // gone meanwhile
  }
  return null;
}

/** Nothing lies in this folder, or there is no such folder. */
export function isVacant(dir: string): boolean {
  try {
    return readdirSync(dir, { encoding: 'buffer' }).length === 0;
  } catch {
    return true;
  }
}
