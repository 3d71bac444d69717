import { createSignal } from 'solid-js';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Checkbox, Switch } from '../components/checkbox.tsx';
import { Field } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { RadioGroup } from '../components/radio-group.tsx';
import { Segmented } from '../components/segmented.tsx';
import { Select } from '../components/select.tsx';
import { createSubmit } from '../components/submit.ts';
import { TextArea } from '../components/text-area.tsx';
import { Part } from './part.tsx';

type Every = 'day' | 'week' | 'month';
const every: { value: Every; label: string }[] = [
  { value: 'day', label: 'Every day' },
  { value: 'week', label: 'Every week' },
  { value: 'month', label: 'Every month' },
];

/** The form kit at work: `check` before sending, what the box refuses lands at its field. */
export function Forms() {
  const [name, setName] = createSignal('Photos');
  const [secret, setSecret] = createSignal('');
  const [patterns, setPatterns] = createSignal('*.tmp\n/cache/');
  const [when, setWhen] = createSignal<Every>('day');
  const [place, setPlace] = createSignal<'drive' | 'cloud' | 'none'>('drive');
  const [keep, setKeep] = createSignal(true);
  const submit = createSubmit({
    check: () => (secret() === '' ? { field: 'secret', message: 'Enter the password of the share.' } : null),
    send: () => new Promise<void>((resolve) => setTimeout(resolve, 1000)),
    done: () => setSecret(''),
  });
  return (
    <Part title="Forms">
      <Card title="Example">
        <Form submit={submit} button="Save" busy="Saving …" beside={<Button kind="quiet">Cancel</Button>}>
          <Field label="Name" name="name" value={name()} onInput={setName} hint="What this backup is called." />
          <Field label="Host" name="host" value="" onInput={() => {}} optional placeholder="nas.local" />
          <Field
            label="Port"
            name="port"
            value="70000"
            onInput={() => {}}
            error="A port is a number from 1 to 65535."
            inputmode="numeric"
          />
          <Field
            label="Speed limit"
            name="limit"
            value="400"
            onInput={() => {}}
            end={<span class="field-unit">KiB/s</span>}
          />
          <PasswordField
            label="Password"
            name="secret"
            value={secret()}
            onInput={setSecret}
            error={submit.at('secret')}
          />
          <Select<Every> label="How often" choices={every} value={when()} onChange={setWhen} />
          <Segmented<Every> label="How often" labelled choices={every} value={when()} onChange={setWhen} />
          <TextArea
            label="Left out"
            mono
            value={patterns()}
            onInput={setPatterns}
            hint="One pattern per line, as rsync understands them."
          />
          <RadioGroup
            label="Where to"
            look="cards"
            choices={[
              { value: 'drive', label: 'A drive', note: 'Plugged into this box' },
              { value: 'cloud', label: 'A storage service', note: 'Over the internet' },
              { value: 'none', label: 'Not possible here', note: 'No such driver', disabled: true },
            ]}
            value={place()}
            onChange={setPlace}
          />
          <RadioGroup<Every> label="As plain lines" choices={every} value={when()} onChange={setWhen} />
          <Checkbox
            label="Compare by content"
            note="Slower; finds changes that kept size and time."
            checked={keep()}
            onChange={setKeep}
          />
          <Checkbox label="Cannot be changed" checked disabled onChange={() => {}} />
          <Switch
            label="Keep replaced files"
            note="Older versions stay restorable."
            checked={keep()}
            onChange={setKeep}
          />
          <Switch label="Switched off" checked={false} disabled onChange={() => {}} />
        </Form>
      </Card>
    </Part>
  );
}
