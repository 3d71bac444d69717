import { createSignal, Match, Switch } from 'solid-js';
import type { Me } from '../../api/auth.ts';
import { PasswordStep } from './password-step.tsx';
import { SecondFactor } from './second-factor.tsx';

/** Password first; a second step when the account asks for one. `codesLeft` is known after a recovery code. */
export function Login(props: { notice: string | null; onDone: (me: Me, codesLeft: number | null) => void }) {
  const [totpToken, setTotpToken] = createSignal<string | null>(null);
  const [notice, setNotice] = createSignal<string | null>(null);
  const startAgain = (why: string | null) => {
    setNotice(why);
    setTotpToken(null);
  };
  return (
    <Switch
      fallback={
        <PasswordStep
          notice={notice() ?? props.notice}
          onDone={(me) => props.onDone(me, null)}
          onSecondFactor={setTotpToken}
        />
      }
    >
      <Match when={totpToken()}>
        {(token) => <SecondFactor totpToken={token()} onDone={props.onDone} onStartAgain={startAgain} />}
      </Match>
    </Switch>
  );
}
