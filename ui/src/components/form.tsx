import { createEffect, type JSX, Show } from 'solid-js';
import { t } from '../i18n/base.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
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
  /** Beside the button, such as "Cancel". */
  beside?: JSX.Element;
}) {
  let form: HTMLFormElement | undefined;
  createEffect(() => {
    const field = props.submit.problem()?.field;
    if (field === undefined) return;
    const control = form?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
    control?.focus();
    if (control instanceof HTMLInputElement) control.select();
  });
  const message = () => {
    const problem = props.submit.problem();
    if (!problem) return null;
    // A field this form does not show: said above, so that nothing is refused without a word.
    const shown = problem.field !== undefined && form?.querySelector(`[name="${CSS.escape(problem.field)}"]`);
    return shown ? null : problem.message;
  };
  return (
    <form
      class="form"
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
          <Notice mood="bad">
            <p>{message()}</p>
            {props.more}
          </Notice>
        </Show>
      </div>
      {props.children}
      <div class="form-foot">
        <Button type="submit" kind="primary" busy={props.submit.busy()} disabled={props.submit.lockedFor() > 0}>
          {props.submit.busy() ? props.busy : props.button}
        </Button>
        {props.beside}
      </div>
      <Show when={props.submit.lockedFor() > 0}>
        <p class="wait" role="timer">
          {t().login.lockedFor(props.submit.lockedFor())}
        </p>
      </Show>
    </form>
  );
}
