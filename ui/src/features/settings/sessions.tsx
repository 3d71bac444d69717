import Monitor from 'lucide-solid/icons/monitor';
import Smartphone from 'lucide-solid/icons/smartphone';
import { createSignal, For, onCleanup, Show } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { endOtherSessions, endSession, listSessions, type Session } from '../../api/auth.ts';
import { asApiError } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { Answer } from './answer.tsx';
import { deviceOf } from './device.ts';
import { SettingsPage } from './settings-page.tsx';

function nameOf(session: Session): string {
  const { browser, system } = deviceOf(session.user_agent);
  if (browser && system) return t().sessions.browserOn(browser, system);
  return browser ?? system ?? (session.user_agent?.slice(0, 60) || t().sessions.unknownBrowser);
}

/** This one first, then the one used last. */
const inOrder = (sessions: readonly Session[]): Session[] =>
  sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at) || b.id - a.id,
  );

/** Where the person is signed in, and ending that. */
export function Sessions() {
  const toasts = useToasts();
  const say = () => t().sessions;
  const [asking, setAsking] = createSignal(false);
  const [ending, setEnding] = createSignal<number | null>(null);
  const sessions = createAsked(async () => inOrder(await listSessions()));
  const others = () => (sessions.value() ?? []).filter((session) => !session.current);
  // Somebody who comes back to this tab wants to see what is, not what was.
  const onFocus = () => void sessions.again();
  window.addEventListener('focus', onFocus);
  onCleanup(() => window.removeEventListener('focus', onFocus));

  const end = async (session: Session) => {
    if (ending() !== null) return;
    setEnding(session.id);
    try {
      await endSession(session.id);
      toasts.say({ text: say().ended(nameOf(session)), mood: 'ok' });
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status !== 404) toasts.say({ text: error.message, mood: 'bad' }); // 404: it has ended already
    }
    await sessions.again();
    setEnding(null);
  };
  const endOthers = async () => {
    const { count } = await endOtherSessions();
    toasts.say({ text: say().endedOthers(count), mood: 'ok' });
    await sessions.again();
  };
  return (
    <SettingsPage place="sessions" lead={say().lead}>
      <Answer asked={sessions} lines={6}>
        {(list) => (
          <>
            <ul class="rows">
              <For each={list()}>
                {(session) => (
                  <SessionRow session={session} busy={ending() === session.id} onEnd={() => void end(session)} />
                )}
              </For>
            </ul>
            <div class="row">
              <Show when={others().length > 0} fallback={<p class="soft">{say().onlyOne}</p>}>
                <Button kind="quiet" onClick={() => setAsking(true)}>
                  {say().endOthers}
                </Button>
              </Show>
            </div>
          </>
        )}
      </Answer>
      <ConfirmDialog
        open={asking()}
        onClose={() => setAsking(false)}
        title={say().askTitle}
        stays={{ label: say().askStays, items: [say().here] }}
        action={say().endOthers}
        onConfirm={endOthers}
      >
        <p>{say().askText(others().length)}</p>
      </ConfirmDialog>
    </SettingsPage>
  );
}

function SessionRow(props: { session: Session; busy: boolean; onEnd: () => void }) {
  const say = () => t().sessions;
  const from = () => {
    const { address } = props.session;
    return /^(127\.|::1$|::ffff:127\.)/.test(address) ? say().fromHere : say().from(address);
  };
  return (
    <li class="rows-item">
      <span class="rows-icon" aria-hidden="true">
        {deviceOf(props.session.user_agent).mobile ? <Smartphone size={20} /> : <Monitor size={20} />}
      </span>
      <div class="rows-text">
        <p class="rows-name">
          <span title={props.session.user_agent ?? undefined}>{nameOf(props.session)}</span>
          <Show when={props.session.current}>
            <StatusPill mood="ok">{say().here}</StatusPill>
          </Show>
        </p>
        <p class="rows-note">
          <span>
            {say().seen} <RelativeTime iso={props.session.last_seen_at} />
          </span>
          <span>
            {say().since} <RelativeTime iso={props.session.created_at} />
          </span>
          <span>{from()}</span>
        </p>
      </div>
      <Show when={!props.session.current}>
        <Button kind="quiet" busy={props.busy} aria-label={say().endOf(nameOf(props.session))} onClick={props.onEnd}>
          {say().end}
        </Button>
      </Show>
    </li>
  );
}
