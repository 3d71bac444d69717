import ChevronDown from 'lucide-solid/icons/chevron-down';
import { createUniqueId, For, type JSX } from 'solid-js';
import type { Choice } from './choice.ts';
import { FieldFrame } from './field-frame.tsx';

/** One of many. The list is the device's own: the best there is on a phone, and it costs nothing to load. */
export function Select<V extends string>(props: {
  label: string;
  name?: string;
  hint?: JSX.Element;
  error?: string | undefined;
  choices: readonly Choice<V>[];
  value: V;
  onChange: (value: V) => void;
  disabled?: boolean;
}) {
  const id = createUniqueId();
  return (
    <FieldFrame id={id} label={props.label} hint={props.hint} error={props.error}>
      <div class="field-row">
        <select
          id={id}
          name={props.name}
          disabled={props.disabled}
          aria-invalid={props.error ? 'true' : undefined}
          aria-describedby={(props.error ?? props.hint) ? `${id}-note` : undefined}
          onChange={(event) => props.onChange(event.currentTarget.value as V)}
        >
          <For each={props.choices}>
            {(choice) => (
              <option value={choice.value} disabled={choice.disabled} selected={choice.value === props.value}>
                {choice.label}
              </option>
            )}
          </For>
        </select>
        <ChevronDown class="select-arrow" size={18} aria-hidden="true" />
      </div>
    </FieldFrame>
  );
}
