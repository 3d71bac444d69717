import { lstatSync, type Stats } from 'node:fs';
import type { MoverProblem } from './movers/mover.ts';
import { pathBytes } from './names.ts';
import type { WrittenFile, WrittenList } from './written.ts';

interface ProveInput {
  /** The destination's root. */
  root: string;
  /** Folder a landing is filled from. */
  sourceOf(landing: string): string;
  signal: AbortSignal;
  report(problem: MoverProblem): void;
  /** Times at the destination are those of the source (FAT rounds them and keeps no time of change). */
  exactTimes: boolean;
  /** The mover itself complained about this path. */
  alreadyNamed(landing: string, path: string): boolean;
}

/**
 * Looks up every file a run says it wrote. Counted is what is really there with the size it should have; what is
 * missing or short is an error with its name, unless the source changed while it was being read: then a warning.
 */
export async function proveWritten(
  written: WrittenList,
  input: ProveInput,
): Promise<{ filesTransferred: number; bytesTransferred: number }> {
  let filesTransferred = 0;
  let bytesTransferred = 0;
  // rsync announces a file again that it had to read twice.
  const changed = new Set<string>();
  await written.check(input.root, input.signal, (file, found) => {
    const key = `${file.landing}/${file.path}`;
    if (changed.has(key)) return;
    const source = sourceAt(input.sourceOf(file.landing), file);
    const named = input.alreadyNamed(file.landing, file.path);
    const otherSize = source?.size !== file.size;
    // A file that got shorter was named by the mover, and is here all the same.
    if (found && (found.size === file.size || (otherSize && (!named || found.size === source?.size)))) {
      filesTransferred += 1;
      bytesTransferred += found.size;
      if (found.size === file.size && !(input.exactTimes && source && changedUnderway(source, found))) return;
      changed.add(key);
      input.report({
        ...pathOf(file),
        level: 'warning',
        message: 'changed while it was being copied; the next run copies it again',
      });
      return;
    }
    if (named && otherSize) return;
    const message =
      found === null
        ? 'is not at the destination although it was copied'
        : `has ${found.size} bytes at the destination instead of ${file.size}`;
    input.report({ ...pathOf(file), level: 'error', message });
  });
  return { filesTransferred, bytesTransferred };
}

const pathOf = (file: WrittenFile) => ({ landing: file.landing, path: file.path });

function sourceAt(source: string, file: WrittenFile): Stats | null {
  try {
    return lstatSync(Buffer.concat([Buffer.from(`${source}/`), pathBytes(file.path)]));
  } catch {
    return null;
  }
}

/** Some filesystems keep whole seconds. */
const coarseMs = 1000;

/**
 * The source was changed after rsync listed it (whose time the copy carries) and before the copy was in its place: it may
 * be a mix of both. A change after that is none of this run's business.
 */
const changedUnderway = (source: Stats, copy: Stats): boolean =>
  Math.abs(source.mtimeMs - copy.mtimeMs) > coarseMs && source.mtimeMs <= copy.ctimeMs;
