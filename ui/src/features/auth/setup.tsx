import { createSignal, Show } from 'solid-js';
import { askStanding, type Me, setUp } from '../../api/auth.ts';
import { CardScreen } from '../../components/card-screen.tsx';
import { Command } from '../../components/command.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { createSubmit } from '../../components/submit.ts';
import { text } from '../../lib/text.ts';

const minPassword = 12;

/** The first visit: makes the account. `onTaken` when somebody was faster. */
export function Setup(props: { onDone: (me: Me) => void; onTaken: () => void }) {
  const [name, setName] = createSignal('');
  const [password, setPassword] = createSignal('');
  const [closed, setClosed] = createSignal<string | null>(null);
  const leaveIfTaken = async () => {
    if ((await askStanding()).screen === 'login') props.onTaken();
  };
  const submit = createSubmit({
    check() {
      setClosed(null);
      if (name().trim() === '') return { field: 'username', message: text.setup.nameMissing };
      const length = Array.from(password()).length;
      return length < minPassword ? { field: 'password', message: text.setup.passwordShort(length) } : null;
    },
    send: () => setUp(name().trim(), password()),
    done: (me) => props.onDone(me),
    explain(error) {
      if (error.status !== 403 && error.status !== 409) return undefined;
      setClosed(error.message);
      void leaveIfTaken();
      return { message: text.setup.closedTitle };
    },
  });
  return (
    <CardScreen title={text.setup.title} lead={<p class="lead">{text.setup.lead}</p>}>
      <Form
        submit={submit}
        button={text.setup.submit}
        busy={text.setup.busy}
        more={
          <Show when={closed()}>
            <p>{closed()}</p>
            <p>{text.setup.closedElse}</p>
            <Command>{text.setup.closedCommand}</Command>
          </Show>
        }
      >
        <Field
          label={text.setup.name}
          name="username"
          value={name()}
          onInput={setName}
          error={submit.at('username')}
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          maxlength={64}
          required
          focused
        />
        <PasswordField
          label={text.setup.password}
          name="password"
          value={password()}
          onInput={setPassword}
          hint={text.setup.rule}
          error={submit.at('password')}
          autocomplete="new-password"
          required
        />
      </Form>
    </CardScreen>
  );
}
