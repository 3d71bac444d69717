import type { JournalRow } from './journal.ts';

/** One folder on the way down to where the march is. */
export interface Frame {
  /** Key of the folder; '' is the landing. */
  readonly key: string;
  /** Path in the source; null when the source has no such folder. */
  readonly source: string | null;
  /** Path as the service spells it; null when no listing showed the folder. */
  readonly there: string | null;
  /** What is noted of its files and not yet asked for; null until the first question. */
  rows: Map<string, JournalRow> | null;
  /** Something in it stays at the destination, so it cannot be removed. */
  stays: boolean;
  /** Something was or will be put into it. */
  filled: boolean;
  /** What goes into it has to wait until a file of its name is out of the way. */
  late: boolean;
  /** Nothing can be put into it. */
  stuck: boolean;
}

/** A file whose folder namesake would follow it within a few names. */
export interface Held {
  readonly key: string;
  /** It stays where it is: nothing can be put into a folder of its name. */
  readonly blocks: boolean;
  /** A folder of this name is on the other side. */
  clash: Frame | null;
  settle(clash: Frame | null): void;
}

/**
 * Remembers the way down, and the files that a folder of the same name may follow: in the order of the keys `a` comes
 * before `a/`, with nothing between them but names that begin with `a`.
 */
export function createFrames(top: Frame, onLeave: (frame: Frame, parent: Frame) => void) {
  const stack: Frame[] = [top];
  let held: Held[] = [];

  const settleAll = (key: string | null): void => {
    while (held.length > 0) {
      const last = held.at(-1) as Held;
      if (key?.startsWith(last.key)) return;
      held.pop();
      last.settle(last.clash);
    }
  };

  return {
    /** Goes to the folder that a key lies in: what ended before it is left, deepest first. */
    at(key: string): Frame {
      for (let frame = stack.at(-1) as Frame; !key.startsWith(frame.key); frame = stack.at(-1) as Frame) {
        stack.pop();
        onLeave(frame, stack.at(-1) as Frame);
      }
      settleAll(key);
      return stack.at(-1) as Frame;
    },
    enter(frame: Frame): void {
      stack.push(frame);
      for (const one of held) if (`${one.key}/` === frame.key) one.clash = frame;
    },
    hold({ key, blocks = false, settle }: { key: string; blocks?: boolean; settle: Held['settle'] }): void {
      held.push({ key, blocks, clash: null, settle });
    },
    /** The file that has the name of this folder, if it was held. */
    namesake: (folderKey: string): Held | undefined => held.find((one) => `${one.key}/` === folderKey),
    end(): void {
      while (stack.length > 1) {
        const frame = stack.pop() as Frame;
        onLeave(frame, stack.at(-1) as Frame);
      }
      settleAll(null);
      onLeave(top, top);
      held = [];
    },
  };
}

/** A folder that was just come to; what is true of the one above may hold for it, too. */
export function newFrame(
  { key, source, there }: Pick<Frame, 'key' | 'source' | 'there'>,
  parent?: Frame,
  clash = false,
): Frame {
  return {
    key,
    source,
    there,
    rows: null,
    stays: false,
    filled: false,
    late: clash || parent?.late === true,
    stuck: parent?.stuck === true,
  };
}
