import { createEffect, createSignal, on } from 'solid-js';
import { type ApiError, asApiError } from '../api/client.ts';
import { type Problem, problemOf } from '../lib/problem.ts';
import { createCountdown } from '../lib/time.ts';

export interface Submit {
  busy(): boolean;
  problem(): Problem | null;
  setProblem(problem: Problem | null): void;
  /** Seconds the server wants us to wait (429). */
  lockedFor(): number;
  /** The message at this field, or undefined. */
  at(field: string): string | undefined;
  /** Checks, sends, and hands the answer on; one at a time, and not while locked. */
  run(): Promise<void>;
}

/** The life of one form: check → send → answer or problem. `explain` may word a refusal better than the server did. */
export function createSubmit<T>(form: {
  check(): Problem | null;
  send(): Promise<T>;
  done(answer: T): void;
  explain?(error: ApiError): Problem | undefined;
  /** Remembers a wait (429) over a reload, and what to say about it. */
  lock?: { left(): number; keep(seconds: number): void; says(): string };
}): Submit {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem | null>(null);
  const [lockedFor, lock] = createCountdown();
  // What was said about too many attempts is over with the wait.
  createEffect(on(lockedFor, (left, before) => left === 0 && before && setProblem(null), { defer: true }));
  const begun = form.lock?.left() ?? 0;
  if (form.lock && begun > 0) {
    lock(begun);
    setProblem({ message: form.lock.says() });
  }
  const at = (field: string) => {
    const now = problem();
    return now?.field === field ? now.message : undefined;
  };
  return {
    busy,
    problem,
    setProblem,
    lockedFor,
    at,
    async run() {
      if (busy() || lockedFor() > 0) return;
      const missing = form.check();
      setProblem(missing);
      if (missing) return;
      setBusy(true);
      try {
        const answer = await form.send();
        form.lock?.keep(0);
        form.done(answer);
      } catch (thrown) {
        const error = asApiError(thrown);
        if (error.status === 429) {
          const seconds = error.retryAfterSeconds ?? 60;
          lock(seconds);
          form.lock?.keep(seconds);
        }
        setProblem(form.explain?.(error) ?? problemOf(error.message));
      } finally {
        setBusy(false);
      }
    },
  };
}
