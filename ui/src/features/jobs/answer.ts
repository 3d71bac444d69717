import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { asApiError } from '../../api/client.ts';

export interface Answer<T> {
  /** The last answer; null until the first one. Stays while it is asked again, so that nothing jumps. */
  value(): T | null;
  /** Why there is none, in words. */
  problem(): string | null;
  again(): void;
}

/**
 * Asks the box whenever `about` changes; an answer that was overtaken is dropped. Not a resource: those hide the whole
 * page while they wait. Rows with the same `id` stay the same rows, so that what has the focus is not drawn anew.
 * Nothing is asked while `about` is null.
 */
export function createAnswer<S, T>(about: () => S | null, ask: (about: S) => Promise<T>): Answer<T> {
  const [state, setState] = createStore<{ answer: T | null }>({ answer: null });
  const [problem, setProblem] = createSignal<string | null>(null);
  let turn = 0;
  const work = async (subject: S | null) => {
    const mine = (turn += 1);
    if (subject === null) return;
    try {
      const answer = await ask(subject);
      if (mine !== turn) return;
      setState('answer', reconcile<T | null, T | null>(answer, { key: 'id' }));
      setProblem(null);
    } catch (thrown) {
      if (mine === turn) setProblem(asApiError(thrown).message);
    }
  };
  onCleanup(() => (turn += 1));
  createEffect(on(about, (subject) => void work(subject)));
  return { value: () => state.answer, problem, again: () => void work(about()) };
}
