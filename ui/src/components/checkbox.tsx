import { type JSX, Show } from 'solid-js';

interface ToggleProps {
  label: JSX.Element;
  /** One line that explains it. */
  note?: JSX.Element;
  name?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** Something that will hold when the form is sent. */
export const Checkbox = (props: ToggleProps) => <Toggle {...props} look="check" />;

/** Something that holds at once. */
export const Switch = (props: ToggleProps) => <Toggle {...props} look="switch" />;

function Toggle(props: ToggleProps & { look: 'check' | 'switch' }) {
  return (
    <label class="choice" data-look={props.look}>
      <input
        type="checkbox"
        role={props.look === 'switch' ? 'switch' : undefined}
        name={props.name}
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          event.currentTarget.checked = props.checked; // what is shown is what the owner says
          props.onChange(checked);
        }}
      />
      <span class="choice-text">
        <span class="choice-label">{props.label}</span>
        <Show when={props.note}>
          <span class="choice-note">{props.note}</span>
        </Show>
      </span>
    </label>
  );
}
