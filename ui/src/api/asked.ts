import { createSignal, getOwner, onCleanup } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { createPolling } from '../lib/time.ts';
import { asApiError } from './client.ts';

/** What the box was asked for. What is known stays on the screen while it is asked again. */
export interface Asked<T> {
  /** null until the first answer; the last answer afterwards. */
  value(): T | null;
  /** Why the last question had no answer, in words; null while all is well. */
  problem(): string | null;
  /** Puts in what is known without asking. */
  setValue(value: T): void;
  again(): Promise<void>;
}

export interface AskedOptions {
  /** Rows with the same member of this name stay the same rows, so that nothing is drawn anew; null: by their places. */
  key?: string | null;
  /** How often it is asked again while somebody looks; once, unless told. */
  everyMs?: number;
}

/** Asks at once. */
export function createAsked<T extends object>(ask: () => Promise<T>, { key, everyMs }: AskedOptions = {}): Asked<T> {
  const { value, setValue } = key === undefined ? whole<T>() : inRows<T>(key);
  const [problem, setProblem] = createSignal<string | null>(null);
  let over = false;
  // A press asks without an owner: then the answer is for whoever holds it.
  if (getOwner())
    onCleanup(() => {
      over = true;
    });
  const work = async () => {
    try {
      const answer = await ask();
      if (over) return;
      setValue(answer);
      setProblem(null);
    } catch (thrown) {
      if (!over) setProblem(asApiError(thrown).message);
    }
  };
  if (everyMs === undefined) {
    void work();
    return { value, problem, setValue, again: work };
  }
  const again = createPolling(work, () => everyMs);
  return { value, problem, setValue, again: async () => again() };
}

type Held<T> = Pick<Asked<T>, 'value' | 'setValue'>;

function whole<T extends object>(): Held<T> {
  const [value, setValue] = createSignal<T | null>(null);
  return { value, setValue: (next) => void setValue(() => next) };
}

function inRows<T extends object>(key: string | null): Held<T> {
  const [state, setState] = createStore<{ value: T | null }>({ value: null });
  return {
    value: () => state.value,
    setValue: (next) => setState('value', reconcile<T | null, T | null>(next, { key, merge: key === null })),
  };
}
