import type { Clock } from '../core/clock.ts';
import { createProgress, type Progress, type ProgressMeter, persistEveryMs } from './progress.ts';

/** What the kernel needs of a room's own table; see `leaseColumns`. */
export interface LeasePort {
  /** Still alive, and how far. Called at most every ten seconds and item. */
  heartbeat(id: number, at: number, progress: Progress): void;
}

/** Handed to what works on one item. */
export interface Work<Phase extends string> {
  /** Aborted with the reason given to `cancel` or `stop`, or by the work itself. */
  controller: AbortController;
  progress: ProgressMeter;
  phase(phase: Phase): void;
}

export interface Seen<Phase extends string> {
  phase: Phase | null;
  progress: Progress;
}

/** Everything longer than a request: who is at work on what, how far, and how it is ended. */
export interface Kernel<Phase extends string> {
  /** Works on an item until `work` settles; never rejects. `done` is called when nothing of it is left. */
  start(id: number, work: (work: Work<Phase>) => Promise<void>): void;
  /** Asks an item to end; false when nobody works on it here. Safe to repeat: the first reason counts. */
  cancel(id: number, reason: unknown): boolean;
  /** null when nobody works on it. */
  see(id: number): Seen<Phase> | null;
  active(): number[];
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>;
  /** Ends everything with this reason and waits for it. */
  stop(reason: unknown): Promise<void>;
}

export interface KernelDeps<Phase extends string> {
  port: LeasePort;
  clock: Clock;
  /** Progress or phase of an item changed: at once, then at most every `tellEveryMs`. */
  onChange(id: number, seen: Seen<Phase>): void;
  /** The work threw, or its lease could not be renewed (full disk …): told, never fatal. */
  onError(id: number, error: unknown): void;
  /** The last active item has ended. */
  onIdle(): void;
}

/** Progress is told at most four times a second. */
export const tellEveryMs = 250;

interface Item<Phase extends string> extends Seen<Phase> {
  controller: AbortController;
  settled: Promise<void>;
}

export function createKernel<Phase extends string>(deps: KernelDeps<Phase>): Kernel<Phase> {
  const items = new Map<number, Item<Phase>>();

  const attempt = (id: number, what: () => void) => {
    try {
      what();
    } catch (error) {
      deps.onError(id, error);
    }
  };

  return {
    start(id, work) {
      let told = Number.NEGATIVE_INFINITY;
      let later: ReturnType<typeof setTimeout> | null = null;
      const tell = () => {
        if (later) clearTimeout(later);
        later = null;
        told = deps.clock.monotonic();
        attempt(id, () => deps.onChange(id, item));
      };
      const changed = () => {
        const since = deps.clock.monotonic() - told;
        if (since >= tellEveryMs) tell();
        else later ??= setTimeout(tell, tellEveryMs - since);
      };
      const meter = createProgress(deps.clock, changed);
      const item: Item<Phase> = {
        controller: new AbortController(),
        phase: null,
        get progress() {
          return meter.read();
        },
        settled: Promise.resolve(),
      };
      items.set(id, item);
      const beat = setInterval(
        () => attempt(id, () => deps.port.heartbeat(id, deps.clock.now(), meter.read())),
        persistEveryMs,
      );
      item.settled = work({
        controller: item.controller,
        progress: meter,
        phase(phase) {
          item.phase = phase;
          changed();
        },
      })
        .catch((error) => deps.onError(id, error))
        .finally(() => {
          clearInterval(beat);
          if (later) clearTimeout(later);
          items.delete(id);
          if (items.size === 0) deps.onIdle();
        });
    },
    cancel(id, reason) {
      const item = items.get(id);
      if (item && !item.controller.signal.aborted) item.controller.abort(reason);
      return item !== undefined;
    },
    see: (id) => items.get(id) ?? null,
    active: () => [...items.keys()],
    async idle() {
      while (items.size > 0) await Promise.all([...items.values()].map((item) => item.settled));
    },
    async stop(reason) {
      for (const id of items.keys()) this.cancel(id, reason);
      await this.idle();
    },
  };
}
