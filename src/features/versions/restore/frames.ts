import type { DirHandle } from '../../../lib/dirfd.ts';
import type { RestoreAction, RestoreEntry } from './model.ts';
import { isPast } from './paths.ts';

/** One folder on the way down to where a restore is. */
export interface Frame {
  /** Its path in the restore. */
  readonly key: string;
  /** What it is called below the root; another name where both were kept. */
  readonly real: string;
  /** null: a dry run would make it, or nothing can be put into it. */
  readonly dir: DirHandle | null;
  /** We made it in this process: nothing is in it but what we put there. */
  readonly fresh: boolean;
  /** Why nothing can be put into it. */
  readonly blocked: { action: RestoreAction; message: string | null } | null;
  /** What was done to it; its item is told when it is left. null: nobody asked for it. */
  one: RestoreEntry | null;
  action: RestoreAction;
  as: string | null;
  /** Its attributes are set when everything in it is in place. */
  dress: boolean;
  /** Its item was told. */
  told: boolean;
  /** Names put into it in the form the filesystem compares them by; null where it compares bytes. */
  names: Set<number> | null;
  /** Of the handle: what still has to be placed holds it. */
  users: number;
}

/** Lets go of a folder; the last one closes its handle. */
export async function release(frame: Frame): Promise<void> {
  frame.users -= 1;
  if (frame.users === 0) await frame.dir?.close();
}

/**
 * Remembers the folders that more may still come into: in the order of their bytes `a` is followed by `a!`, `a!/x` and
 * then `a/b`, so that each of them is the beginning of the present path.
 */
export function createFrames(top: Frame) {
  const stack: Frame[] = [top];
  return {
    /** Folders that are complete when `path` has come, deepest first. */
    *leaveFor(path: string): Generator<Frame> {
      for (let last = stack.at(-1); last && isPast(last.key, path); last = stack.at(-1)) {
        stack.pop();
        yield last;
      }
    },
    /** The folder of exactly this path, or the nearest one above it. */
    nearest(path: string): Frame {
      for (let at = stack.length - 1; at > 0; at -= 1) {
        const frame = stack[at] as Frame;
        if (frame.key === path || path.startsWith(`${frame.key}/`)) return frame;
      }
      return top;
    },
    enter(frame: Frame): void {
      stack.push(frame);
    },
    *leaveAll(): Generator<Frame> {
      while (stack.length > 0) yield stack.pop() as Frame;
    },
  };
}
