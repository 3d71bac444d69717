import { createSignal, Show } from 'solid-js';
import { askStanding, type Me, setUp } from '../../api/auth.ts';
import { CardScreen } from '../../components/card-screen.tsx';
import { Command } from '../../components/command.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t } from '../../i18n/base.ts';
import { commonPassword, faultWords, passwordFault, passwordHint } from './password-rule.ts';

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
      if (name().trim() === '') return { field: 'username', message: t().setup.nameMissing };
      const fault = passwordFault(password(), name());
      return fault ? { field: 'password', message: faultWords(fault) } : null;
    },
    send: () => setUp(name().trim(), password()),
    done: (me) => props.onDone(me),
    explain(error) {
      if (error.status !== 403 && error.status !== 409) return commonPassword(error, 'password');
      setClosed(error.message);
      void leaveIfTaken();
      return { message: t().setup.closedTitle };
    },
  });
  return (
    <CardScreen title={t().setup.title} lead={<p class="lead">{t().setup.lead}</p>}>
      <Form
        submit={submit}
        button={t().setup.submit}
        busy={t().setup.busy}
        more={
          <Show when={closed()}>
            <p>{closed()}</p>
            <p>{t().setup.closedElse}</p>
            <Command>{t().setup.closedCommand}</Command>
          </Show>
        }
      >
        <Field
          label={t().setup.name}
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
          label={t().setup.password}
          name="password"
          value={password()}
          onInput={setPassword}
          hint={passwordHint(password(), name())}
          error={submit.at('password')}
          autocomplete="new-password"
          required
        />
      </Form>
    </CardScreen>
  );
}
