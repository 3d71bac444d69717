import './credential.css';
import { createEffect, createSignal, type JSX, on, Show } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { type CredentialView, createCredential, updateCredential } from '../../api/credentials.ts';
import { type ProviderView, providerSchema } from '../../api/providers.ts';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Select } from '../../components/select.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { settingsText as t } from '../../i18n/settings.ts';
import { signInText } from '../../i18n/sign-in.ts';
import { Answer } from './answer.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { checkTyped, dataOf, refusedField, type Typed } from './credential-form.ts';
import { isAccount } from './sign-in.ts';
import { SignInForm } from './sign-in-form.tsx';

export interface CredentialDialogProps {
  open: boolean;
  /** null: new ones. */
  editing: CredentialView | null;
  /** Of an account that is given: not its name is changed, it is signed in again. */
  again?: boolean;
  /** Kinds that can be chosen from; of a single one no question is made. */
  providers: readonly ProviderView[];
  onClose: () => void;
  onSaved: (saved: CredentialView) => void;
}

/** Adds credentials, or changes those given: their name, and their secret only if one wants to replace it. */
export function CredentialDialog(props: CredentialDialogProps) {
  const title = () => {
    if (!props.editing) return t().credentials.addTitle;
    return props.again ? signInText().againTitle(props.editing.name) : t().credentials.editTitle(props.editing.name);
  };
  return (
    <Dialog open={props.open} onClose={props.onClose} title={title()}>
      <Inside {...props} />
    </Dialog>
  );
}

function Inside(props: CredentialDialogProps) {
  const [provider, setProvider] = createSignal(props.editing?.provider_type ?? props.providers[0]?.type ?? '');
  const [name, setName] = createSignal(props.editing?.name ?? '');
  const account = () => {
    const kind = provider();
    return isAccount(kind) && (props.editing === null || props.again) ? kind : null;
  };
  const head = () => (
    <Show when={props.editing === null && props.providers.length > 1}>
      <Select
        label={t().credentials.provider}
        name="provider_type"
        choices={props.providers.map((one) => ({
          value: one.type,
          label: t().credentials.kind(one.type)?.name ?? one.name,
        }))}
        value={provider()}
        onChange={setProvider}
      />
    </Show>
  );
  const shared = () => ({ name: name(), onName: setName, onCancel: props.onClose, onSaved: props.onSaved });
  return (
    <Show
      when={account()}
      fallback={<SecretForm editing={props.editing} provider={provider()} head={head()} {...shared()} />}
      keyed
    >
      {(kind) => <SignInForm kind={kind} credential={props.editing} head={head()} {...shared()} />}
    </Show>
  );
}

/** Secrets that are typed or pasted. */
function SecretForm(props: {
  editing: CredentialView | null;
  provider: string;
  head: JSX.Element;
  name: string;
  onName: (name: string) => void;
  onCancel: () => void;
  onSaved: (saved: CredentialView) => void;
}) {
  const say = () => t().credentials;
  const [replace, setReplace] = createSignal(props.editing === null);
  const [typed, setTyped] = createSignal<Typed>({});
  const schema = createAsked(() => providerSchema(props.provider));
  createEffect(
    on(
      () => props.provider,
      () => {
        setTyped({});
        void schema.again();
      },
      { defer: true },
    ),
  );
  const known = () => {
    const now = schema.value();
    return now?.type === props.provider ? now : null; // while another is asked for, its fields are not these
  };
  const fields = () => known()?.credential ?? [];
  const submit = createSubmit({
    check() {
      if (props.name.trim() === '') return { field: 'name', message: say().nameMissing };
      return replace() ? checkTyped(fields(), typed(), say()) : null;
    },
    send() {
      const data = replace() ? { data: dataOf(fields(), typed()) } : {};
      if (props.editing) return updateCredential(props.editing.id, { name: props.name.trim(), ...data });
      return createCredential({ name: props.name.trim(), provider_type: props.provider, data: data.data });
    },
    done: (saved) => props.onSaved(saved),
    explain: (error) => (error.status === 400 ? refusedField(error.message) : undefined),
  });
  return (
    <Form
      submit={submit}
      button={base().actions.save}
      busy={say().saveBusy}
      beside={
        <Button kind="quiet" onClick={() => props.onCancel()}>
          {base().actions.cancel}
        </Button>
      }
    >
      {props.head}
      <Field
        label={say().name}
        name="name"
        value={props.name}
        onInput={(name) => props.onName(name)}
        hint={say().nameHint}
        error={submit.at('name')}
        maxlength={200}
        autocomplete="off"
        required
      />
      <Show when={props.editing}>
        <Show when={!isAccount(props.provider)} fallback={<p class="soft small">{signInText().editNote}</p>}>
          <Switch
            label={say().replace}
            note={replace() ? say().replaceNote : say().keepNote}
            checked={replace()}
            onChange={setReplace}
          />
        </Show>
      </Show>
      <Show when={replace()}>
        <Answer asked={schema} lines={4}>
          {() => (
            <Show when={known()}>
              <Show when={say().notice(props.provider)}>{(note) => <p class="soft small">{note()}</p>}</Show>
              <CredentialFields
                provider={props.provider}
                fields={fields()}
                typed={typed()}
                onType={(field, value) => setTyped({ ...typed(), [field]: value })}
                submit={submit}
              />
              <p class="soft small">{say().blind}</p>
            </Show>
          )}
        </Answer>
      </Show>
    </Form>
  );
}
