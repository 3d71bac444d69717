import { createSignal, type JSX, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t } from '../../i18n/base.ts';

/** What the box was asked for. What is known stays on the screen while it is asked again. */
export interface Asked<T> {
  value(): T | null;
  problem(): string | null;
  setValue(value: T): void;
  again(): Promise<void>;
}

/** Asks at once. */
export function createAsked<T extends object>(ask: () => Promise<T>): Asked<T> {
  const [value, setValue] = createSignal<T | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const again = async () => {
    try {
      const answer = await ask();
      setValue(() => answer);
      setProblem(null);
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
    }
  };
  void again();
  return { value, problem, setValue: (next) => void setValue(() => next), again };
}

/** The answer, or its place while it is on the way, or why there is none and a way to ask again. */
export function Answer<T extends object>(props: {
  asked: Asked<T>;
  lines?: number;
  children: (value: () => T) => JSX.Element;
}) {
  return (
    <>
      <div role="alert">
        <Show when={props.asked.problem()}>
          <Notice
            mood="bad"
            actions={
              <Button kind="quiet" onClick={() => void props.asked.again()}>
                {t().actions.retry}
              </Button>
            }
          >
            <p>{props.asked.problem()}</p>
          </Notice>
        </Show>
      </div>
      <Show
        when={props.asked.value()}
        fallback={
          <Show when={!props.asked.problem()}>
            <Skeleton lines={props.lines ?? 3} />
          </Show>
        }
      >
        {(value) => props.children(value)}
      </Show>
    </>
  );
}
