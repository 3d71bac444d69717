import { createSignal, Show } from 'solid-js';
import { logIn, type Me } from '../../api/auth.ts';
import { CardScreen } from '../../components/card-screen.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t } from '../../i18n/base.ts';
import { signInLock } from '../../lib/lockout.ts';

export function PasswordStep(props: {
  notice: string | null;
  onDone: (me: Me) => void;
  onSecondFactor: (totpToken: string) => void;
}) {
  const [name, setName] = createSignal('');
  const [password, setPassword] = createSignal('');
  const submit = createSubmit({
    check() {
      if (name().trim() === '') return { field: 'username', message: t().login.nameMissing };
      return password() === '' ? { field: 'password', message: t().login.passwordMissing } : null;
    },
    send: () => logIn(name().trim(), password()),
    done: (answer) => ('totp_required' in answer ? props.onSecondFactor(answer.totp_token) : props.onDone(answer)),
    explain(error) {
      if (error.status === 401) return { message: t().login.wrong };
      return error.status === 429 ? { message: t().login.locked } : undefined;
    },
    lock: { ...signInLock, says: () => t().login.locked },
  });
  return (
    <CardScreen
      title={t().login.title}
      foot={
        <p class="foot">
          {t().login.forgot} <code>{t().login.forgotCommand}</code>
        </p>
      }
    >
      <div role="status">
        <Show when={props.notice && !submit.problem()}>
          <Notice>{props.notice}</Notice>
        </Show>
      </div>
      <Form submit={submit} button={t().login.submit} busy={t().login.busy}>
        <Field
          label={t().login.name}
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
          label={t().login.password}
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
