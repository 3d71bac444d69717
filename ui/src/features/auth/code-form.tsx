import { createSignal } from 'solid-js';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t } from '../../i18n/base.ts';
import { signInLock } from '../../lib/lockout.ts';

/** One code to type. Spaces are taken out: apps show `123 456`. */
export function CodeForm<T>(props: {
  label: string;
  name: 'code' | 'recovery_code';
  missing: string;
  wrong: string;
  accepts: (typed: string) => boolean;
  inputmode: 'numeric' | 'text';
  autocomplete: 'one-time-code' | 'off';
  send: (code: string) => Promise<T>;
  onDone: (answer: T) => void;
  /** The password was too long ago. */
  onExpired: () => void;
}) {
  const [code, setCode] = createSignal('');
  const clean = () => code().replace(/\s/g, '');
  const submit = createSubmit({
    check: () => (props.accepts(clean()) ? null : { field: props.name, message: props.missing }),
    send: () => props.send(clean()),
    done: (answer) => props.onDone(answer),
    explain(error) {
      if (error.status === 429) return { message: t().login.locked };
      if (error.status !== 401) return undefined;
      if (/token/i.test(error.message)) props.onExpired();
      return { field: props.name, message: props.wrong };
    },
    lock: { ...signInLock, says: () => t().login.locked },
  });
  return (
    <Form submit={submit} button={t().secondFactor.submit} busy={t().secondFactor.busy}>
      <Field
        label={props.label}
        name={props.name}
        value={code()}
        onInput={setCode}
        error={submit.at(props.name)}
        inputmode={props.inputmode}
        autocomplete={props.autocomplete}
        autocapitalize="characters"
        spellcheck={false}
        class="code-input"
        required
        focused
      />
    </Form>
  );
}
