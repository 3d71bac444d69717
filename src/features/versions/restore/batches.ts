import { flushFolder } from '../../../lib/dirfd.ts';
import { createPool } from '../../../sync/pool.ts';
import { type Frame, release } from './frames.ts';
import type { JournalKind } from './journal.ts';

const mostFiles = 512;
const mostBytes = 64 * 1024 * 1024;
/** Each holds a handle until its batch is done. */
const mostFolders = 128;
const sideBySide = 16;
/** Finished folders that no flush has reached yet; more of them are a reason for one. */
const mostFinished = 4096;

/** Something that lies under a temporary name and is whole. */
export interface Pending {
  frame: Frame;
  /** Gives it its name. Deals with its own trouble. */
  place(): Promise<void>;
  /** Takes it away again. */
  drop(): Promise<void>;
}

export interface Batch {
  /** A temporary name that is about to be made. It is noted until it is gone for good. */
  note(temp: string): void;
  /** Work that will add to this batch; called when it has, or has failed. */
  done(): void;
  /** Takes over a hold of the frame. */
  add(pending: Pending): void;
  /** After everything with content has its name, in the order of these calls: names for what has one already. */
  afterwards(pending: Pending): void;
}

export interface BatchPorts {
  /** Flushes the whole filesystem. */
  sync(): Promise<void>;
  /** Sets the attributes of a folder that is complete, and tells of it. Answers whether it was noted as not finished. */
  dress(frame: Frame): Promise<boolean>;
  begin(kind: JournalKind, path: string): void;
  /** What was noted has reached the medium. */
  end(kind: JournalKind, path: string): void;
  /** What is whole shall be taken away instead of placed. */
  dropping(): boolean;
  failed(error: unknown): void;
  step(step: 'batch_synced' | 'batch_placed' | 'batch_flushed'): void;
}

/**
 * Gives files their names in batches: all of a batch on the medium by one syncfs, then the names, then the folders. A
 * power cut leaves no name without its content. While one batch is flushed the next one is filled.
 */
export function createBatches({ sync, dress, begin, end, dropping, failed, step }: BatchPorts) {
  const open = () => ({
    pending: [] as Pending[],
    later: [] as Pending[],
    folders: new Set<Frame>(),
    left: [] as Frame[],
    temps: [] as string[],
    expected: 0,
    bytes: 0,
    running: 0,
    idle: () => {},
  });
  let batch = open();
  let flushing: Promise<void> = Promise.resolve();
  let finished: string[] = [];

  async function each(all: readonly Pending[], slots: number, drop: boolean): Promise<void> {
    const pool = createPool(slots, slots, failed);
    for (const one of all)
      await pool.start(1, async () => {
        try {
          await (drop || dropping() ? one.drop() : one.place());
        } finally {
          await release(one.frame);
        }
      });
    await pool.idle();
  }

  async function reachesMedium(): Promise<boolean> {
    const before = finished;
    finished = [];
    try {
      await sync();
    } catch (error) {
      failed(error);
      return false;
    }
    for (const folder of before) end('folder', folder);
    step('batch_synced');
    return true;
  }

  async function flush(full: ReturnType<typeof open>): Promise<void> {
    if (full.running > 0)
      await new Promise<void>((resolve) => {
        full.idle = resolve;
      });
    const isDue = full.pending.length > 0 || finished.length > mostFinished;
    const isMedium = !isDue || dropping() || (await reachesMedium());
    // What did not reach the medium must not get its name.
    await each(full.pending, sideBySide, !isMedium);
    await each(full.later, 1, !isMedium);
    step('batch_placed');
    if (full.temps.length > 0 && !dropping())
      for (const { dir } of full.folders) if (dir) await flushFolder(dir).catch(failed);
    // A power cut before this brings temporary names back.
    if (!dropping()) for (const temp of full.temps) end('temp', temp);
    step('batch_flushed');
    for (const frame of full.folders) await release(frame);
    for (const frame of full.left) {
      if (await dress(frame).catch(failed)) finished.push(frame.real);
      await release(frame);
    }
  }

  const seal = async (): Promise<void> => {
    const full = batch;
    batch = open();
    await flushing;
    flushing = flush(full).catch(failed);
  };

  const touch = (own: ReturnType<typeof open>, frame: Frame): void => {
    if (own.folders.has(frame)) return;
    frame.users += 1;
    own.folders.add(frame);
  };

  return {
    /** A place for one entry of so many bytes in the present batch. One caller at a time. */
    async join(bytes: number): Promise<Batch> {
      if (
        batch.expected >= mostFiles ||
        batch.bytes >= mostBytes ||
        batch.folders.size + batch.left.length >= mostFolders
      )
        await seal();
      const own = batch;
      own.expected += 1;
      own.bytes += bytes;
      own.running += 1;
      return {
        note(temp) {
          begin('temp', temp);
          own.temps.push(temp);
        },
        done() {
          own.running -= 1;
          if (own.running === 0) own.idle();
        },
        add(pending) {
          touch(own, pending.frame);
          own.pending.push(pending);
        },
        afterwards(pending) {
          touch(own, pending.frame);
          own.later.push(pending);
        },
      };
    },
    /** A new name in this folder shall be flushed with the present batch. */
    touched: (frame: Frame): void => touch(batch, frame),
    /** Nothing more comes into this folder, unless it is left again. Takes over a hold of it. */
    async leave(frame: Frame): Promise<void> {
      if (batch.folders.size + batch.left.length >= mostFolders) await seal();
      batch.left.push(frame);
    },
    /** Everything begun is placed. */
    async flush(): Promise<void> {
      await seal();
      await flushing;
    },
  };
}

export type Batches = ReturnType<typeof createBatches>;
