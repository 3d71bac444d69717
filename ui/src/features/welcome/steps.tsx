import Check from 'lucide-solid/icons/check';
import { For, type JSX, onMount, Show } from 'solid-js';
import { welcomeText as t } from '../../i18n/welcome.ts';
import { type StepName, stepNames } from './problems.ts';

/** The three steps: which is done, which is now. Steps that were seen can be gone back to. */
export function Steps(props: { at: StepName; reached: number; onGo: (step: StepName) => void }) {
  return (
    <nav aria-label={t().steps}>
      <ol class="steps">
        <For each={stepNames}>
          {(step, index) => {
            const done = () => index() < stepNames.indexOf(props.at);
            return (
              <li>
                <button
                  type="button"
                  class="step"
                  aria-current={props.at === step ? 'step' : undefined}
                  aria-disabled={index() > props.reached ? 'true' : undefined}
                  data-done={done() ? '' : undefined}
                  onClick={() => index() <= props.reached && props.onGo(step)}
                >
                  <span class="step-mark" aria-hidden="true">
                    <Show when={done()} fallback={index() + 1}>
                      <Check size={16} />
                    </Show>
                  </span>
                  {t().step[step]}
                </button>
              </li>
            );
          }}
        </For>
      </ol>
    </nav>
  );
}

/** One step: its question as the heading, which takes the focus, and the way on at the foot. */
export function Step(props: { title: string; lead: string; focus: boolean; children: JSX.Element; foot: JSX.Element }) {
  let heading: HTMLHeadingElement | undefined;
  onMount(() => {
    if (!props.focus) return;
    heading?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });
  return (
    <section class="step-body">
      <div>
        <h2
          class="step-title"
          tabindex="-1"
          ref={(element) => {
            heading = element;
          }}
        >
          {props.title}
        </h2>
        <p class="lead">{props.lead}</p>
      </div>
      {props.children}
      <div class="step-foot">{props.foot}</div>
    </section>
  );
}
