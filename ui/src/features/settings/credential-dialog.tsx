import { createEffect, createSignal, on, Show } from 'solid-js';
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
import { Answer, createAsked } from './asked.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { checkTyped, dataOf, refusedField, type Typed } from './credential-form.ts';

/** Adds credentials, or changes those given: their name, and their secret only if one wants to replace it. */
export function CredentialDialog(props: {
  open: boolean;
  /** null: new ones. */
  editing: CredentialView | null;
  providers: readonly ProviderView[];
  onClose: () => void;
  onSaved: (saved: CredentialView) => void;
}) {
  const title = () => (props.editing ? t().credentials.editTitle(props.editing.name) : t().credentials.addTitle);
  return (
    <Dialog open={props.open} onClose={props.onClose} title={title()}>
      <CredentialForm
        editing={props.editing}
        providers={props.providers}
        onCancel={props.onClose}
        onSaved={props.onSaved}
      />
    </Dialog>
  );
}

function CredentialForm(props: {
  editing: CredentialView | null;
  providers: readonly ProviderView[];
  onCancel: () => void;
  onSaved: (saved: CredentialView) => void;
}) {
  const say = () => t().credentials;
  const [provider, setProvider] = createSignal(props.editing?.provider_type ?? props.providers[0]?.type ?? '');
  const [name, setName] = createSignal(props.editing?.name ?? '');
  const [replace, setReplace] = createSignal(props.editing === null);
  const [typed, setTyped] = createSignal<Typed>({});
  const schema = createAsked(() => providerSchema(provider()));
  createEffect(
    on(
      provider,
      () => {
        setTyped({});
        void schema.again();
      },
      { defer: true },
    ),
  );
  const known = () => {
    const now = schema.value();
    return now?.type === provider() ? now : null; // while another is asked for, its fields are not these
  };
  const fields = () => known()?.credential ?? [];
  const submit = createSubmit({
    check() {
      if (name().trim() === '') return { field: 'name', message: say().nameMissing };
      return replace() ? checkTyped(fields(), typed(), say()) : null;
    },
    send() {
      const data = replace() ? { data: dataOf(fields(), typed()) } : {};
      if (props.editing) return updateCredential(props.editing.id, { name: name().trim(), ...data });
      return createCredential({ name: name().trim(), provider_type: provider(), data: data.data });
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
      <Show when={props.editing === null}>
        <Select
          label={say().provider}
          name="provider_type"
          choices={props.providers.map((one) => ({ value: one.type, label: one.name }))}
          value={provider()}
          onChange={setProvider}
        />
      </Show>
      <Field
        label={say().name}
        name="name"
        value={name()}
        onInput={setName}
        hint={say().nameHint}
        error={submit.at('name')}
        maxlength={200}
        autocomplete="off"
        required
      />
      <Show when={props.editing}>
        <Switch
          label={say().replace}
          note={replace() ? say().replaceNote : say().keepNote}
          checked={replace()}
          onChange={setReplace}
        />
      </Show>
      <Show when={replace()}>
        <Answer asked={schema} lines={4}>
          {() => (
            <Show when={known()}>
              <Show when={say().notice(provider())}>{(note) => <p class="soft small">{note()}</p>}</Show>
              <CredentialFields
                provider={provider()}
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
