import { createUniqueId, type JSX, onMount, Show, splitProps } from 'solid-js';

export interface FieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'autofocus'> {
  label: string;
  /** Said before anything is wrong. */
  hint?: string;
  /** Takes the place of the hint. */
  error?: string;
  value: string;
  onInput: (value: string) => void;
  /** Takes the focus when it appears; the attribute of that name works only while a document loads. */
  focused?: boolean;
  /** Something at the end of the input, such as a button. */
  end?: JSX.Element;
}

/** A labelled text input. The hint or the error belongs to it for screen readers too. */
export function Field(props: FieldProps) {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ['label', 'hint', 'error', 'value', 'onInput', 'focused', 'end']);
  let input: HTMLInputElement | undefined;
  onMount(() => own.focused && input?.focus());
  const note = () => own.error ?? own.hint;
  return (
    <div class="field" data-invalid={own.error ? '' : undefined}>
      <label for={id}>{own.label}</label>
      <div class="field-row">
        <input
          {...rest}
          ref={(element) => {
            input = element;
          }}
          id={id}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
          aria-invalid={own.error ? 'true' : undefined}
          aria-describedby={note() ? `${id}-note` : undefined}
        />
        {own.end}
      </div>
      <Show when={note()}>
        <p class="field-note" id={`${id}-note`}>
          {note()}
        </p>
      </Show>
    </div>
  );
}
