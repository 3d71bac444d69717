import { createSignal, Match, Show, Switch } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { type SecondFactorStart, secondFactorState, startSecondFactor } from '../../api/auth.ts';
import { asApiError } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { Answer } from './answer.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SecondFactorOff } from './second-factor-off.tsx';
import { SecondFactorSetup } from './second-factor-setup.tsx';
import { SettingsPage } from './settings-page.tsx';

/** Two-factor login: its state, and the way there and back. */
export function Security() {
  const toasts = useToasts();
  const say = () => t().security;
  const state = createAsked(secondFactorState);
  const [start, setStart] = createSignal<SecondFactorStart | null>(null);
  const [codes, setCodes] = createSignal<string[] | null>(null);
  const [asking, setAsking] = createSignal(false);
  const turnedOff = () => {
    setAsking(false);
    state.setValue({ enabled: false });
    toasts.say({ text: say().offDone, mood: 'idle' });
  };
  return (
    <SettingsPage place="security" lead={say().lead}>
      <Switch
        fallback={
          <Answer asked={state} lines={4}>
            {(now) => (
              <Show when={now().enabled} fallback={<Off onStart={setStart} onStale={() => void state.again()} />}>
                <Card title={say().title} actions={<StatusPill mood="ok">{say().on}</StatusPill>}>
                  <p>{say().onText}</p>
                  <p class="soft">{say().onCodes}</p>
                  <p class="soft">{say().onNewCodes}</p>
                  <div class="row">
                    <Button kind="quiet" onClick={() => setAsking(true)}>
                      {say().turnOff}
                    </Button>
                  </div>
                </Card>
              </Show>
            )}
          </Answer>
        }
      >
        <Match when={codes()}>
          {(fresh) => (
            <RecoveryCodes
              codes={fresh()}
              onDone={() => {
                setCodes(null);
                state.setValue({ enabled: true });
              }}
            />
          )}
        </Match>
        <Match when={start()}>
          {(begun) => (
            <SecondFactorSetup
              start={begun()}
              onCodes={(made) => {
                setCodes(made);
                setStart(null);
              }}
              onCancel={() => setStart(null)}
            />
          )}
        </Match>
      </Switch>
      <SecondFactorOff open={asking()} onClose={() => setAsking(false)} onOff={turnedOff} />
    </SettingsPage>
  );
}

function Off(props: { onStart: (start: SecondFactorStart) => void; onStale: () => void }) {
  const say = () => t().security;
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const begin = async () => {
    setBusy(true);
    setProblem(null);
    try {
      props.onStart(await startSecondFactor());
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 409) props.onStale(); // turned on elsewhere meanwhile
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={say().title} actions={<StatusPill mood="idle">{say().off}</StatusPill>}>
      <p>{say().offText}</p>
      <div role="alert">
        <Show when={problem()}>
          <Notice mood="bad">
            <p>{problem()}</p>
          </Notice>
        </Show>
      </div>
      <div class="row">
        <Button kind="primary" busy={busy()} onClick={() => void begin()}>
          {busy() ? say().setUpBusy : say().setUp}
        </Button>
      </div>
    </Card>
  );
}
