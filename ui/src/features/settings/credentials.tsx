import KeyRound from 'lucide-solid/icons/key-round';
import Pencil from 'lucide-solid/icons/pencil';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, Show } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { listAttention } from '../../api/attention.ts';
import { asApiError } from '../../api/client.ts';
import { type CredentialView, credentialUsage, listCredentials } from '../../api/credentials.ts';
import { listProviders, type ProviderView } from '../../api/providers.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { listOf } from '../../lib/format.ts';
import { useLive } from '../../live/live.ts';
import { Answer } from './answer.tsx';
import { CredentialRemoval, type Removal } from './credential-removal.tsx';
import { CredentialWindow } from './credential-window.tsx';
import { SettingsPage } from './settings-page.tsx';
import { isAccount } from './sign-in.ts';

const mostNamed = 3;

/** Keys and passwords for storage services. */
export function Credentials() {
  const toasts = useToasts();
  const say = () => t().credentials;
  const stored = createAsked(async () => {
    // What needs a look may be unknown for a moment; the list is shown all the same.
    const lines = listAttention().catch(() => []);
    const [list, providers] = await Promise.all([listCredentials(), listProviders()]);
    return { list, providers, signedOut: new Set((await lines).map((line) => line.id)) };
  });
  const [form, setForm] = createSignal<{ editing: CredentialView | null; again?: boolean } | null>(null);
  const [removal, setRemoval] = createSignal<Removal | null>(null);
  const asksFor = (providers: readonly ProviderView[]) => providers.filter((one) => one.requires_credentials);
  const providerName = (type: string) => stored.value()?.providers.find((one) => one.type === type)?.name ?? type;
  const add = () => setForm({ editing: null });

  const saved = (one: CredentialView) => {
    const { editing, again } = form() ?? {};
    const words = again ? say().signedIn : editing ? say().updated : say().added;
    setForm(null);
    toasts.say({ text: words(one.name), mood: 'ok' });
    void stored.again();
  };
  const askRemoval = async (credential: CredentialView) => {
    try {
      const { jobs } = await credentialUsage(credential.id);
      setRemoval({ credential, jobs });
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status !== 404) toasts.say({ text: error.message, mood: 'bad' });
      void stored.again();
    }
  };
  const removed = (credential: CredentialView) => {
    toasts.say({ text: say().deleted(credential.name), mood: 'idle' });
    return stored.again();
  };
  return (
    <SettingsPage
      place="credentials"
      lead={say().lead}
      actions={
        <Show when={(stored.value()?.list.length ?? 0) > 0}>
          <Button kind="primary" onClick={add}>
            {say().add}
          </Button>
        </Show>
      }
    >
      <Answer asked={stored} lines={4}>
        {(known) => (
          <Show
            when={known().list.length > 0}
            fallback={
              <EmptyState
                icon={<KeyRound size={24} />}
                title={say().emptyTitle}
                action={
                  <Button kind="primary" onClick={add}>
                    {say().add}
                  </Button>
                }
              >
                <p class="lead">{say().emptyText}</p>
              </EmptyState>
            }
          >
            <ul class="rows" aria-label={say().list}>
              <For each={known().list}>
                {(credential) => (
                  <Row
                    credential={credential}
                    provider={providerName(credential.provider_type)}
                    signedOut={known().signedOut.has(`credential:${credential.id}:signed-out`)}
                    onAgain={() => setForm({ editing: credential, again: true })}
                    onEdit={() => setForm({ editing: credential })}
                    onRemove={() => void askRemoval(credential)}
                  />
                )}
              </For>
            </ul>
          </Show>
        )}
      </Answer>
      <CredentialWindow
        open={form() !== null}
        editing={form()?.editing ?? null}
        again={form()?.again ?? false}
        providers={asksFor(stored.value()?.providers ?? [])}
        onClose={() => setForm(null)}
        onSaved={saved}
      />
      <CredentialRemoval
        removal={removal()}
        providerName={providerName}
        onClose={() => setRemoval(null)}
        onRemoved={removed}
      />
    </SettingsPage>
  );
}

function Row(props: {
  credential: CredentialView;
  provider: string;
  signedOut: boolean;
  onAgain: () => void;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const live = useLive();
  const say = () => t().credentials;
  const usedBy = () => (live.jobs() ?? []).filter((job) => job.credential_id === props.credential.id);
  const usage = () => {
    const names = usedBy().map((job) => job.name);
    if (names.length === 0) return say().unused;
    return names.length > mostNamed ? say().usedByMany(names.length) : say().usedBy(listOf(names));
  };
  return (
    <li class="rows-item">
      <span class="rows-icon" aria-hidden="true">
        <KeyRound size={20} />
      </span>
      <div class="rows-text">
        <p class="rows-name">
          {props.credential.name}
          <Show when={props.signedOut}>
            <StatusPill mood="bad">{say().ended}</StatusPill>
          </Show>
        </p>
        <p class="rows-note">
          <span>{props.provider}</span>
          <Show when={live.jobs()}>
            <span>{usage()}</span>
          </Show>
          <span>
            {say().changed} <RelativeTime iso={props.credential.updated_at} />
          </span>
        </p>
      </div>
      <div class="rows-actions">
        <Show when={isAccount(props.credential.provider_type)}>
          <Button
            kind={props.signedOut ? 'primary' : 'quiet'}
            size="small"
            aria-label={say().againOf(props.credential.name)}
            onClick={() => props.onAgain()}
          >
            {say().again}
          </Button>
        </Show>
        <IconButton label={say().editOf(props.credential.name)} onClick={props.onEdit}>
          <Pencil size={18} />
        </IconButton>
        <IconButton label={say().deleteOf(props.credential.name)} onClick={props.onRemove}>
          <Trash size={18} />
        </IconButton>
      </div>
    </li>
  );
}
