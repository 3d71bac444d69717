import { createUniqueId, type JSX, splitProps } from 'solid-js';
import { FieldFrame } from './field-frame.tsx';

/** Several lines of text; it grows with them. */
export function TextArea(
  props: Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'onInput'> & {
    label: string;
    hint?: JSX.Element;
    error?: string | undefined;
    optional?: boolean;
    value: string;
    onInput: (value: string) => void;
    /** Set in the fixed-width font: patterns, keys. */
    mono?: boolean;
  },
) {
  const id = createUniqueId();
  const [own, rest] = splitProps(props, ['label', 'hint', 'error', 'optional', 'value', 'onInput', 'mono']);
  return (
    <FieldFrame id={id} label={own.label} optional={own.optional} hint={own.hint} error={own.error}>
      <div class="field-row">
        <textarea
          rows={3}
          {...rest}
          id={id}
          data-mono={own.mono ? '' : undefined}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
          aria-invalid={own.error ? 'true' : undefined}
          aria-describedby={(own.error ?? own.hint) ? `${id}-note` : undefined}
        />
      </div>
    </FieldFrame>
  );
}
