import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { errnoOf } from '../../core/errors.ts';
import { type FilesystemAnswers, filesystemOf } from '../../system/mounts/identity.ts';
import { overlaps } from '../../system/mounts/locate.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import type { Landing } from './landings.ts';
import type { SourceState } from './model.ts';
import { RunStop } from './stop.ts';

export interface CheckedSource extends Landing {
  /** Links resolved. */
  real: string;
  filesystem: string | null;
  /** Folders below it that are never copied (our data folder), relative. */
  excludeFolders: string[];
}

/** Is there anything but folders in this tree. Stops at the first thing found; never enters a link. */
function holdsAnything(dir: string): boolean {
  const open: Buffer[] = [Buffer.from(dir)];
  for (let at = open.pop(); at; at = open.pop()) {
    let names: Buffer[];
    try {
      names = readdirSync(at, { encoding: 'buffer' });
    } catch {
      return true; // unreadable is not empty; the copy will name it
    }
    for (const name of names) {
      const path = Buffer.concat([at, Buffer.from('/'), name]);
      try {
        if (!lstatSync(path).isDirectory()) return true;
      } catch {
        return true;
      }
      open.push(path);
    }
  }
  return false;
}

/** Guard 1 for one source, without what earlier runs saw: there, a folder, readable, allowed. Throws RunStop. */
export function resolveSource(source: string, allowed: (realPath: string) => void): string {
  try {
    const real = realpathSync(source);
    if (!statSync(real).isDirectory())
      throw new RunStop('source_missing', `The source ${source} is not a folder any more.`);
    allowed(real);
    readdirSync(real, { encoding: 'buffer' });
    return real;
  } catch (error) {
    if (error instanceof RunStop) throw error;
    const code = errnoOf(error);
    if (code === 'EACCES' || code === 'EPERM')
      throw new RunStop('source_unreadable', `The source ${source} cannot be read: permission denied.`);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new RunStop(
        'source_missing',
        `The source ${source} is not there. Mount it, or change the job. Nothing was changed.`,
      );
    throw new RunStop('source_unreadable', `The source ${source} cannot be read (${code ?? 'unknown error'}).`);
  }
}

/**
 * Guard 1: every source exists, is readable, is not empty where it was not empty before, and is on the filesystem it
 * was on. Runs before anything is opened at the destination. Throws RunStop.
 *
 * @param before what the last finished run to this destination saw, by source path
 * @param overruled findings a person confirmed
 */
export async function checkSources(
  sources: readonly Landing[],
  context: {
    before: Record<string, SourceState>;
    overruled: ReadonlySet<string>;
    allowed(realPath: string): void;
    dataDir: string;
    answers?: FilesystemAnswers;
  },
): Promise<CheckedSource[]> {
  const checked: CheckedSource[] = [];
  for (const { source, landing } of sources) {
    const real = resolveSource(source, context.allowed);
    const filesystem = (await filesystemOf(real, context.answers)).id;
    const before = context.before[source];
    if (before && before.files > 0 && !holdsAnything(real)) {
      const finding = `source_empty:${source}`;
      if (!context.overruled.has(finding))
        throw new RunStop(
          'source_empty',
          `The source ${source} is empty now; it held ${before.files} files at the last run. Is it mounted? Nothing was changed.`,
          finding,
        );
    }
    if (before?.filesystem && before.filesystem !== filesystem) {
      const finding = `source_changed:${source}:${filesystem}`;
      if (!context.overruled.has(finding))
        throw new RunStop(
          'source_changed',
          `The source ${source} lies on another disk than at the last run. Is the right one mounted? Nothing was changed.`,
          finding,
        );
    }
    checked.push({ source, landing, real, filesystem, excludeFolders: ourFolders(real, context.dataDir) });
  }
  return checked;
}

/** Our data folder, relative to a source it lies in: it changes all the time and is kept safe in another way. */
export function ourFolders(real: string, dataDir: string): string[] {
  const inside = relative(real, dataDir);
  return inside === '' || inside.startsWith('..') ? [] : [inside];
}

/** Refuses when a source and the destination, or two sources, show the same files. Paths are real, or to be made. */
export function findOverlap(sources: readonly string[], destination: string | null): string | null {
  const mounts = readMounts();
  for (const [index, source] of sources.entries()) {
    if (destination !== null && overlaps(source, destination, mounts))
      return `The destination ${destination} and the source ${source} lie in one another. Choose another folder.`;
    for (const other of sources.slice(index + 1))
      if (overlaps(source, other, mounts))
        return `The sources ${source} and ${other} lie in one another. Keep the outer one.`;
  }
  return null;
}
