import { createSignal, onCleanup } from 'solid-js';
import { asApiError } from '../../api/client.ts';

export interface LookState<Q, A> {
  busy(): boolean;
  /** The last answer, with what was asked. */
  answer(): { asked: Q; found: A } | null;
  /** Why the last question was refused, in words. */
  problem(): string | null;
  ask(question: Q): void;
  /** Ends the waiting; the box stops looking, too. */
  stop(): void;
}

/** A slow question to the box: one at a time, the newest wins, and none goes on for somebody who left. */
export function createLook<Q, A>(question: (asked: Q, signal: AbortSignal) => Promise<A>): LookState<Q, A> {
  const [busy, setBusy] = createSignal(false);
  const [answer, setAnswer] = createSignal<{ asked: Q; found: A } | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  let current: AbortController | undefined;
  const stop = () => {
    current?.abort();
    current = undefined;
    setBusy(false);
  };
  onCleanup(() => current?.abort());
  const run = async (asked: Q, mine: AbortController) => {
    try {
      const found = await question(asked, mine.signal);
      if (mine !== current) return;
      setAnswer({ asked, found });
      setProblem(null);
    } catch (thrown) {
      if (mine !== current) return;
      setProblem(asApiError(thrown).message);
    }
    stop();
  };
  return {
    busy,
    answer,
    problem,
    stop,
    ask(asked) {
      current?.abort();
      const mine = new AbortController();
      current = mine;
      setBusy(true);
      void run(asked, mine);
    },
  };
}
