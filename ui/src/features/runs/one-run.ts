import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import { unwrap } from 'solid-js/store';
import { asApiError } from '../../api/client.ts';
import { getRun, type RunView } from '../../api/runs.ts';
import { useLive } from '../../live/live.ts';

export interface OneRun {
  /** As last told; changes in place while it is at work. */
  run(): RunView | undefined;
  /** The box knows no such run. */
  missing(): boolean;
  /** Why it could not be asked for. */
  problem(): string | null;
  retry(): void;
}

/** One run by its number: from the live state while it is there, else asked for. */
export function createOneRun(id: number): OneRun {
  const live = useLive();
  const [asked, setAsked] = createSignal<RunView>();
  const [missing, setMissing] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const ask = async () => {
    setProblem(null);
    try {
      const run = await getRun(id);
      if (!over) setAsked(run);
    } catch (thrown) {
      if (over) return;
      const { status, message } = asApiError(thrown);
      if (status === 404 || status === 400) setMissing(true);
      else setProblem(message);
    }
  };
  const told = createMemo(() => live.runs()?.find((run) => run.id === id));
  createEffect<RunView | undefined>((before) => {
    const now = told();
    if (now) {
      setMissing(false);
      return now;
    }
    // Another run of its job is the newest now, or it was deleted: what it was when last seen, until the answer is here.
    if (before) setAsked(structuredClone(unwrap(before)));
    void ask();
    return undefined;
  }, undefined);
  return { run: () => told() ?? asked(), missing, problem, retry: () => void ask() };
}
