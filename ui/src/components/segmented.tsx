import { createUniqueId, For } from 'solid-js';
import type { Choice } from './choice.ts';

/** Two to four short choices side by side; a radio group to keyboard and screen reader. */
export function Segmented<V extends string>(props: {
  label: string;
  choices: readonly Choice<V>[];
  value: V;
  onChange: (value: V) => void;
  /** Shows the label above; otherwise it is only read out. */
  labelled?: boolean;
}) {
  const name = createUniqueId();
  return (
    <fieldset class="segmented-set">
      <legend class={props.labelled ? 'label' : 'hidden'}>{props.label}</legend>
      <div class="segmented">
        <For each={props.choices}>
          {(choice) => (
            <label>
              <input
                type="radio"
                name={name}
                value={choice.value}
                checked={props.value === choice.value}
                disabled={choice.disabled}
                onChange={() => props.onChange(choice.value)}
              />
              <span>{choice.label}</span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  );
}
