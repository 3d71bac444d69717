import { createUniqueId, type JSX, onMount, splitProps } from 'solid-js';
import { FieldFrame } from './field-frame.tsx';

export interface FieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'autofocus'> {
  label: string;
  /** Said before anything is wrong. */
  hint?: JSX.Element;
  /** Takes the place of the hint. */
  error?: string | undefined;
  value: string;
  onInput: (value: string) => void;
  /** Takes the focus when it appears; the attribute of that name works only while a document loads. */
  focused?: boolean;
  optional?: boolean;
  /** Something at the end of the input, such as a button or a unit. */
  end?: JSX.Element;
}

/** A labelled text input. The hint or the error belongs to it for screen readers too. */
export function Field(props: FieldProps) {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ['label', 'hint', 'error', 'value', 'onInput', 'focused', 'optional', 'end']);
  let input: HTMLInputElement | undefined;
  onMount(() => own.focused && input?.focus());
  return (
    <FieldFrame id={id} label={own.label} optional={own.optional} hint={own.hint} error={own.error}>
      <div class="field-row">
        <input
          {...rest}
          ref={(element) => {
            input = element;
          }}
          id={id}
          data-focused={own.focused ? '' : undefined}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
          aria-invalid={own.error ? 'true' : undefined}
          aria-describedby={(own.error ?? own.hint) ? `${id}-note` : undefined}
        />
        {own.end}
      </div>
    </FieldFrame>
  );
}
