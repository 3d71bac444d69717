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
}): Submit {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem | null>(null);
  const [lockedFor, lock] = createCountdown();
  // What was said about too many attempts is over with the wait.
  createEffect(on(lockedFor, (left, before) => left === 0 && before && setProblem(null), { defer: true }));
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
        form.done(await form.send());
      } catch (thrown) {
        const error = asApiError(thrown);
        if (error.status === 429) lock(error.retryAfterSeconds ?? 60);
        setProblem(form.explain?.(error) ?? problemOf(error.message));
      } finally {
        setBusy(false);
      }
    },
  };
}
