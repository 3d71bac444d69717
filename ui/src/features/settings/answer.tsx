import { type JSX, Show } from 'solid-js';
import type { Asked } from '../../api/asked.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t } from '../../i18n/base.ts';

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
