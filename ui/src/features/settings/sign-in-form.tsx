import { createSignal, type JSX, onCleanup, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { type CredentialView, listCredentials } from '../../api/credentials.ts';
import { beginSignIn, cancelSignIn, type SignInView, seeSignIn } from '../../api/sign-ins.ts';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/checkbox.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { settingsText } from '../../i18n/settings.ts';
import { signInText as t } from '../../i18n/sign-in.ts';
import { type Account, asksClientSecret, bodyOf, followSignIn, pause, type Way, waysAt } from './sign-in.ts';
import { SignInSteps } from './sign-in-steps.tsx';
import { SignInWait } from './sign-in-wait.tsx';

/** Makes a credential by signing in at Google or Microsoft, or signs an existing one in again. */
export function SignInForm(props: {
  kind: Account;
  /** Signed in again; null: a new one. */
  credential: CredentialView | null;
  /** Above the fields of a new one. */
  head?: JSX.Element;
  name: string;
  onName: (name: string) => void;
  onCancel: () => void;
  onSaved: (saved: CredentialView) => void;
}) {
  const say = () => t();
  const { origin } = window.location;
  const ways = () => waysAt(props.kind, origin);
  const [chosen, setChosen] = createSignal<Way | null>(null);
  const way = (): Way => chosen() ?? ways()[0] ?? 'device';
  const [client, setClient] = createSignal({ id: '', secret: '', tenant: '' });
  const [other, setOther] = createSignal(false);
  const asksClient = () => props.credential === null || other();
  const [waiting, setWaiting] = createSignal<SignInView | null>(null);
  const [failure, setFailure] = createSignal<string | null>(null);
  let watch: AbortController | undefined;
  let tab: Window | null = null;

  const cancel = () => {
    watch?.abort();
    const open = waiting();
    setWaiting(null);
    if (open) void cancelSignIn(open.id).catch(() => {}); // it ends by itself otherwise
  };
  onCleanup(cancel);

  const wait = async (view: SignInView) => {
    setFailure(null);
    setWaiting(view);
    const mine = new AbortController();
    watch = mine;
    try {
      const over = await followSignIn(view.id, { see: seeSignIn, pause }, mine.signal);
      const found =
        over?.state === 'done' ? (await listCredentials()).find((one) => one.id === over.credential_id) : undefined;
      if (mine.signal.aborted) return;
      setWaiting(null);
      if (found) props.onSaved(found);
      else setFailure(over === null ? say().gone : say().said(over.message));
    } catch (thrown) {
      if (mine.signal.aborted) return;
      setWaiting(null);
      setFailure(asApiError(thrown).message);
    }
  };
  const submit = createSubmit({
    check() {
      if (!asksClient()) return null;
      if (client().id.trim() === '') return { field: 'client_id', message: say().clientIdMissing };
      // Microsoft knows clients without one.
      if (props.kind === 'google_drive' && client().secret.trim() === '')
        return { field: 'client_secret', message: say().clientSecretMissing };
      return null;
    },
    async send() {
      // Opened by the very press: a browser refuses tabs that come later.
      tab = way() === 'device' ? null : window.open('', '_blank');
      try {
        const about = props.credential ? { credentialId: props.credential.id } : { name: props.name };
        const typed = asksClient() ? client() : { id: '', secret: '', tenant: '' };
        const secret = asksClientSecret(props.kind, way()) ? typed.secret : '';
        return await beginSignIn(bodyOf(props.kind, way(), { ...typed, secret }, about));
      } catch (thrown) {
        tab?.close();
        throw thrown;
      }
    },
    done(view) {
      if (tab && view.url) {
        tab.opener = null;
        tab.location.replace(view.url);
      }
      void wait(view);
    },
  });
  const change = (part: Partial<ReturnType<typeof client>>) => setClient({ ...client(), ...part });
  const plain = { autocapitalize: 'off', spellcheck: false, autocomplete: 'off' } as const;
  return (
    <Show
      when={waiting()}
      fallback={
        <Form
          submit={submit}
          button={failure() ? base().actions.retry : say().submit}
          busy={say().busy}
          beside={
            <Button kind="quiet" onClick={() => props.onCancel()}>
              {base().actions.cancel}
            </Button>
          }
        >
          <div role="alert">
            <Show when={failure()}>
              <Notice mood="bad" title={say().failed}>
                <p>{failure()}</p>
              </Notice>
            </Show>
          </div>
          <Show when={props.credential === null} fallback={<p class="soft">{say().againLead}</p>}>
            {props.head}
            <p class="soft small">{say().lead[props.kind]}</p>
            <Field
              label={settingsText().credentials.name}
              name="name"
              value={props.name}
              onInput={(name) => props.onName(name)}
              placeholder={settingsText().credentials.kind(props.kind)?.name}
              error={submit.at('name')}
              maxlength={200}
              autocomplete="off"
              optional
            />
          </Show>
          <RadioGroup<Way>
            label={say().way}
            choices={ways().map((one) => ({ value: one, ...say().ways[one] }))}
            value={way()}
            onChange={setChosen}
          />
          <div role="status">
            <Show when={way() === 'device' && props.kind === 'google_drive'}>
              <Notice>
                <p>{say().limited}</p>
              </Notice>
            </Show>
          </div>
          <Show when={props.credential}>
            <Switch label={say().otherClient} note={say().otherClientNote} checked={other()} onChange={setOther} />
          </Show>
          <Show when={asksClient()}>
            <SignInSteps kind={props.kind} way={way()} origin={origin} />
            <Field
              {...plain}
              label={say().clientId}
              name="client_id"
              value={client().id}
              onInput={(id) => change({ id })}
              error={submit.at('client_id')}
              required
            />
            <Show when={asksClientSecret(props.kind, way())}>
              <PasswordField
                {...plain}
                autocomplete="new-password"
                label={say().clientSecret}
                name="client_secret"
                value={client().secret}
                onInput={(secret) => change({ secret })}
                error={submit.at('client_secret')}
              />
            </Show>
            <Show when={props.kind === 'onedrive'}>
              <details class="more-fields">
                <summary>{say().more}</summary>
                <div class="stack">
                  <Field
                    {...plain}
                    label={say().tenant}
                    name="tenant"
                    value={client().tenant}
                    onInput={(tenant) => change({ tenant })}
                    hint={say().tenantHint}
                    error={submit.at('tenant')}
                  />
                </div>
              </details>
            </Show>
            <p class="soft small">{settingsText().credentials.blind}</p>
          </Show>
        </Form>
      }
    >
      {(view) => <SignInWait kind={props.kind} view={view()} onCancel={cancel} />}
    </Show>
  );
}
