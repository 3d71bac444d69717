import { createSignal } from 'solid-js';
import { changePassword } from '../../api/auth.ts';
import { Card } from '../../components/card.tsx';
import { Form } from '../../components/form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { createSubmit } from '../../components/submit.ts';
import { useToasts } from '../../components/toasts.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { useMe } from '../../lib/session.ts';
import { commonPassword, faultWords, passwordFault, passwordHint } from '../auth/password-rule.ts';
import { SettingsPage } from './settings-page.tsx';

export function Profile() {
  const me = useMe();
  return (
    <SettingsPage place="profile" lead={t().profile.lead}>
      <Card title={t().profile.account}>
        <dl class="facts">
          <div>
            <dt>{t().profile.name}</dt>
            <dd>{me().username}</dd>
          </div>
        </dl>
        <p class="soft small">{t().profile.nameNote}</p>
      </Card>
      <PasswordCard username={me().username} />
    </SettingsPage>
  );
}

function PasswordCard(props: { username: string }) {
  const toasts = useToasts();
  const say = () => t().profile;
  const [current, setCurrent] = createSignal('');
  const [next, setNext] = createSignal('');
  const submit = createSubmit({
    check() {
      if (current() === '') return { field: 'current_password', message: say().currentMissing };
      const fault = passwordFault(next(), props.username);
      if (fault) return { field: 'new_password', message: faultWords(fault) };
      return next() === current() ? { field: 'new_password', message: say().same } : null;
    },
    send: () => changePassword(current(), next()),
    done() {
      setCurrent('');
      setNext('');
      toasts.say({ text: say().done, mood: 'ok' });
    },
    explain(error) {
      if (error.status === 401 && /current password/.test(error.message))
        return { field: 'current_password', message: say().currentWrong };
      if (error.status === 429) return { message: say().locked };
      return commonPassword(error, 'new_password');
    },
  });
  return (
    <Card title={say().password}>
      <p class="lead">{say().passwordNote}</p>
      <Form submit={submit} button={say().submit} busy={say().busy}>
        {/* Tells a password manager whose password this is. */}
        <input
          class="hidden"
          type="text"
          autocomplete="username"
          value={props.username}
          readonly
          tabindex="-1"
          aria-hidden="true"
        />
        <PasswordField
          label={say().current}
          name="current_password"
          value={current()}
          onInput={setCurrent}
          error={submit.at('current_password')}
          autocomplete="current-password"
          required
        />
        <PasswordField
          label={say().next}
          name="new_password"
          value={next()}
          onInput={setNext}
          hint={passwordHint(next(), props.username)}
          error={submit.at('new_password')}
          autocomplete="new-password"
          required
        />
      </Form>
    </Card>
  );
}
