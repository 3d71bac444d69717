import { createSignal, Show } from 'solid-js';
import { logIn, type Me } from '../../api/auth.ts';
import { CardScreen } from '../../components/card-screen.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { createSubmit } from '../../components/submit.ts';
import { text } from '../../lib/text.ts';

export function PasswordStep(props: {
  notice: string | null;
  onDone: (me: Me) => void;
  onSecondFactor: (totpToken: string) => void;
}) {
  const [name, setName] = createSignal('');
  const [password, setPassword] = createSignal('');
  const submit = createSubmit({
    check() {
      if (name().trim() === '') return { field: 'username', message: text.login.nameMissing };
      return password() === '' ? { field: 'password', message: text.login.passwordMissing } : null;
    },
    send: () => logIn(name().trim(), password()),
    done: (answer) => ('totp_required' in answer ? props.onSecondFactor(answer.totp_token) : props.onDone(answer)),
    explain(error) {
      if (error.status === 401) return { message: text.login.wrong };
      return error.status === 429 ? { message: text.login.locked } : undefined;
    },
  });
  return (
    <CardScreen
      title={text.login.title}
      foot={
        <p class="foot">
          {text.login.forgot} <code>{text.login.forgotCommand}</code>
        </p>
      }
    >
      <div role="status">
        <Show when={props.notice && !submit.problem()}>
          <p class="notice">{props.notice}</p>
        </Show>
      </div>
      <Form submit={submit} button={text.login.submit} busy={text.login.busy}>
        <Field
          label={text.login.name}
          name="username"
          value={name()}
          onInput={setName}
          error={submit.at('username')}
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          required
          focused
        />
        <PasswordField
          label={text.login.password}
          name="password"
          value={password()}
          onInput={setPassword}
          error={submit.at('password')}
          autocomplete="current-password"
          required
        />
      </Form>
    </CardScreen>
  );
}
