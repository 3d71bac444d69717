import { lstatSync } from 'node:fs';
import type { MoverProblem } from './movers/mover.ts';
import { pathBytes } from './names.ts';
import type { WrittenFile, WrittenList } from './written.ts';

export interface ProveInput {
  /** The destination's root. */
  root: string;
  /** Folder a landing is filled from. */
  sourceOf(landing: string): string;
  signal: AbortSignal;
  report(problem: MoverProblem): void;
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
  await written.check(input.root, input.signal, (file, found) => {
    if (found === file.size) {
      filesTransferred += 1;
      bytesTransferred += file.size;
      return;
    }
    if (input.alreadyNamed(file.landing, file.path)) return;
    if (found !== null && sourceChanged(input.sourceOf(file.landing), file)) {
      filesTransferred += 1;
      bytesTransferred += found;
      input.report({
        ...named(file),
        level: 'warning',
        message: 'changed while it was being copied; the next run copies it again',
      });
      return;
    }
    const message =
      found === null
        ? 'is not at the destination although it was copied'
        : `has ${found} bytes at the destination instead of ${file.size}`;
    input.report({ ...named(file), level: 'error', message });
  });
  return { filesTransferred, bytesTransferred };
}

const named = (file: WrittenFile) => ({ landing: file.landing, path: file.path });

function sourceChanged(source: string, file: WrittenFile): boolean {
  try {
    return lstatSync(Buffer.concat([Buffer.from(`${source}/`), pathBytes(file.path)])).size !== file.size;
  } catch {
    return true;
  }
}
