import { createSignal, Show } from 'solid-js';
import { giveCode, giveRecoveryCode, type Me } from '../../api/auth.ts';
import { CardScreen } from '../../components/card-screen.tsx';
import { t } from '../../i18n/base.ts';
import { CodeForm } from './code-form.tsx';

/** The second step of a login: a code of the app, or one of the recovery codes. */
export function SecondFactor(props: {
  totpToken: string;
  onDone: (me: Me, codesLeft: number | null) => void;
  onStartAgain: (why: string | null) => void;
}) {
  const [recovery, setRecovery] = createSignal(false);
  const say = () => t().secondFactor;
  const expired = () => props.onStartAgain(say().expired);
  return (
    <CardScreen
      title={say().title}
      lead={<p class="lead">{recovery() ? say().recoveryLead : say().codeLead}</p>}
      foot={
        <p class="foot">
          <button type="button" class="link" onClick={() => setRecovery(!recovery())}>
            {recovery() ? say().useCode : say().useRecovery}
          </button>
          <button type="button" class="link" onClick={() => props.onStartAgain(null)}>
            {say().back}
          </button>
        </p>
      }
    >
      <Show
        when={recovery()}
        fallback={
          <CodeForm
            label={say().code}
            name="code"
            missing={say().codeMissing}
            wrong={say().codeWrong}
            accepts={(typed) => /^\d{6}$/.test(typed)}
            inputmode="numeric"
            autocomplete="one-time-code"
            send={(code) => giveCode(props.totpToken, code)}
            onDone={(me) => props.onDone(me, null)}
            onExpired={expired}
          />
        }
      >
        <CodeForm
          label={say().recovery}
          name="recovery_code"
          missing={say().recoveryMissing}
          wrong={say().recoveryWrong}
          accepts={(typed) => typed.length >= 12}
          inputmode="text"
          autocomplete="off"
          send={(code) => giveRecoveryCode(props.totpToken, code)}
          onDone={(me) => props.onDone(me, me.remaining_codes)}
          onExpired={expired}
        />
      </Show>
    </CardScreen>
  );
}
