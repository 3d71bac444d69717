import { type JSX, Show } from 'solid-js';
import { t } from '../i18n/base.ts';

/** Label above, hint or error below, tied to the control with the given id. */
export function FieldFrame(props: {
  id: string;
  label: string;
  optional?: boolean | undefined;
  hint?: JSX.Element;
  error?: string | undefined;
  children: JSX.Element;
}) {
  return (
    <div class="field" data-invalid={props.error ? '' : undefined}>
      <label for={props.id}>
        {props.label}
        <Show when={props.optional}>
          {' '}
          <span class="field-optional">({t().optional})</span>
        </Show>
      </label>
      {props.children}
      <Show when={props.error ?? props.hint}>
        <p class="field-note" id={`${props.id}-note`}>
          {props.error ?? props.hint}
        </p>
      </Show>
    </div>
  );
}
