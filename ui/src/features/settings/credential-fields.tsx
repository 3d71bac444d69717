import { createEffect, createSignal, For, Show } from 'solid-js';
import type { ProviderField } from '../../api/providers.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { Field } from '../../components/field.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { Select } from '../../components/select.tsx';
import type { Submit } from '../../components/submit.ts';
import { TextArea } from '../../components/text-area.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { isOptional, nameOf, type Typed } from './credential-form.ts';
import { SecretArea } from './secret-area.tsx';

interface FieldsProps {
  provider: string;
  fields: readonly ProviderField[];
  typed: Typed;
  onType: (name: string, value: string | boolean) => void;
  submit: Submit;
}

/** The fields as the box describes them; those most people leave alone are folded away until one of them is refused. */
export function CredentialFields(props: FieldsProps) {
  const [open, setOpen] = createSignal(false);
  const advanced = () => props.fields.filter((field) => field.advanced);
  createEffect(() => {
    const at = props.submit.problem()?.field;
    if (advanced().some((field) => nameOf(field) === at)) setOpen(true);
  });
  const draw = (fields: readonly ProviderField[]) => (
    <For each={fields}>{(field) => <OneField {...props} field={field} />}</For>
  );
  return (
    <>
      {draw(props.fields.filter((field) => !field.advanced))}
      <Show when={advanced().length > 0}>
        <details class="more-fields" open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t().credentials.advanced}</summary>
          <div class="stack">{draw(advanced())}</div>
        </details>
      </Show>
    </>
  );
}

function OneField(props: FieldsProps & { field: ProviderField }) {
  const words = () => t().credentials.field(props.provider, props.field.name);
  const look = () => ({
    label: words()?.label ?? props.field.label,
    hint: (words()?.help ?? props.field.help) || undefined,
    name: nameOf(props.field),
    error: props.submit.at(nameOf(props.field)),
    optional: isOptional(props.field, props.fields),
  });
  const text = () => String(props.typed[props.field.name] ?? '');
  const type = (value: string | boolean) => props.onType(props.field.name, value);
  const plain = { autocapitalize: 'off', spellcheck: false, autocomplete: 'off' } as const;
  switch (props.field.type) {
    case 'boolean':
      return (
        <Checkbox
          label={look().label}
          note={look().hint}
          name={look().name}
          checked={props.typed[props.field.name] === true}
          onChange={type}
        />
      );
    case 'choice':
      return (
        <Select
          {...look()}
          choices={props.field.choices ?? []}
          value={text() || String(props.field.default ?? '')}
          onChange={type}
        />
      );
    case 'multiline':
      if (props.field.secret) return <SecretArea {...look()} value={text()} onInput={type} />;
      return <TextArea {...look()} mono value={text()} onInput={type} />;
    case 'list':
      return <TextArea {...look()} mono value={text()} onInput={type} />;
    default:
      // `new-password`: browsers offer no saved password of another place, and do not fill in on their own.
      if (props.field.secret)
        return <PasswordField {...look()} {...plain} autocomplete="new-password" value={text()} onInput={type} />;
      return (
        <Field
          {...look()}
          {...plain}
          inputmode={props.field.type === 'integer' ? 'numeric' : 'text'}
          value={text()}
          onInput={type}
        />
      );
  }
}
