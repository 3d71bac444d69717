import { createEffect, type JSX, Show } from 'solid-js';
import { text } from '../lib/text.ts';
import type { Submit } from './submit.ts';

/**
 * A form with one primary button and one place for what went wrong. Problems of a field are shown there, and the field
 * gets the focus; all others are read out from the alert, which is always present so that screen readers notice.
 */
export function Form(props: {
  submit: Submit;
  button: string;
  busy: string;
  children: JSX.Element;
  /** Shown inside the alert, below the message. */
  more?: JSX.Element;
}) {
  let form: HTMLFormElement | undefined;
  createEffect(() => {
    const field = props.submit.problem()?.field;
    if (field === undefined) return;
    const input = form?.querySelector<HTMLInputElement>(`[name="${CSS.escape(field)}"]`);
    input?.focus();
    input?.select();
  });
  const message = () => {
    const problem = props.submit.problem();
    return problem && problem.field === undefined ? problem.message : null;
  };
  return (
    <form
      ref={(element) => {
        form = element;
      }}
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        void props.submit.run();
      }}
    >
      <div role="alert">
        <Show when={message()}>
          <div class="notice" data-kind="bad">
            <p>{message()}</p>
            {props.more}
          </div>
        </Show>
      </div>
      {props.children}
      <button
        type="submit"
        class="button"
        data-primary=""
        aria-disabled={props.submit.busy() || props.submit.lockedFor() > 0 ? 'true' : undefined}
      >
        {props.submit.busy() ? props.busy : props.button}
      </button>
      <Show when={props.submit.lockedFor() > 0}>
        <p class="wait" role="timer">
          {text.login.lockedFor(props.submit.lockedFor())}
        </p>
      </Show>
    </form>
  );
}
