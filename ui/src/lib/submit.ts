import { createSignal } from 'solid-js';
import { type ApiError, asApiError } from '../api/client.ts';
import { createCountdown } from './time.ts';

/** What went wrong, in words, and at which field if at one. */
export interface Problem {
  field?: string;
  message: string;
}

/** `Field 'password' must not contain the user name` → at `password`: "Must not contain the user name." */
export function problemOf(error: ApiError): Problem {
  const [, field, rest] = /^Field '([a-z_]+)' (.+)$/s.exec(error.message) ?? [];
  if (field === undefined || rest === undefined) return { message: error.message };
  const sentence = rest.charAt(0).toUpperCase() + rest.slice(1);
  return { field, message: /[.!?]$/.test(sentence) ? sentence : `${sentence}.` };
}

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
        setProblem(form.explain?.(error) ?? problemOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
