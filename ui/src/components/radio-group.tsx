import { createUniqueId, For, type JSX, Show } from 'solid-js';
import type { Choice } from './choice.ts';

/** One of several, each on a line of its own with what it means. `look="cards"` for the large choices of a wizard. */
export function RadioGroup<V extends string>(props: {
  label: string;
  choices: readonly (Choice<V> & { icon?: JSX.Element })[];
  value: V | undefined;
  onChange: (value: V) => void;
  look?: 'cards';
}) {
  const name = createUniqueId();
  return (
    <fieldset class="choices" data-look={props.look}>
      <legend class="label">{props.label}</legend>
      <For each={props.choices}>
        {(choice) => (
          <label class="choice">
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={props.value === choice.value}
              disabled={choice.disabled}
              onChange={() => props.onChange(choice.value)}
            />
            {choice.icon}
            <span class="choice-text">
              <span class="choice-label">{choice.label}</span>
              <Show when={choice.note}>
                <span class="choice-note">{choice.note}</span>
              </Show>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  );
}
