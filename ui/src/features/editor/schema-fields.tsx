import { For, Show } from 'solid-js';
import type { ProviderField } from '../../api/providers.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { Field } from '../../components/field.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { Select } from '../../components/select.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import type { Config } from './draft.ts';

interface FieldsProps {
  kind: string;
  /** Of the body, that the fields belong to. */
  member: 'destination_config' | 'credential_data';
  fields: readonly ProviderField[];
  value: Config;
  onChange: (value: Config) => void;
  /** The message at `<member>.<name>`. */
  at: (field: string) => string | undefined;
}

/** Most S3 storage at home is not Amazon's own. */
const oftenNeeded: ReadonlySet<string> = new Set(['s3.endpoint']);

/** The form of a destination as its driver describes it; what most people leave alone is folded away. */
export function SchemaFields(props: FieldsProps) {
  const draw = (fields: readonly ProviderField[]) => (
    <For each={fields}>
      {(field) => (
        <div data-field={`${props.member}.${field.name}`}>
          <OneField
            kind={props.kind}
            field={field}
            value={Object.hasOwn(props.value, field.name) ? props.value[field.name] : field.default}
            // Where none is needed by itself it is one or the other, and the box says which.
            optional={!field.required && props.fields.some((one) => one.required)}
            error={props.at(`${props.member}.${field.name}`)}
            onChange={(value) => props.onChange({ ...props.value, [field.name]: value })}
          />
        </div>
      )}
    </For>
  );
  const isFolded = (field: ProviderField) => field.advanced && !oftenNeeded.has(`${props.kind}.${field.name}`);
  const advanced = () => props.fields.filter(isFolded);
  return (
    <>
      {draw(props.fields.filter((field) => !isFolded(field)))}
      <Show when={advanced().length > 0}>
        <details class="fold">
          <summary>{t().where.advanced}</summary>
          <div class="fold-fields">{draw(advanced())}</div>
        </details>
      </Show>
    </>
  );
}

function OneField(props: {
  kind: string;
  field: ProviderField;
  value: unknown;
  optional: boolean;
  error: string | undefined;
  onChange: (value: unknown) => void;
}) {
  const words = () => t().where.field(props.kind, props.field.name) ?? props.field;
  const help = () => words().help || undefined;
  const text = () => textOf(props.value);
  const look = () => ({ label: words().label, hint: help(), error: props.error, optional: props.optional });
  const plain = { autocapitalize: 'off', autocomplete: 'off', spellcheck: false } as const;
  switch (props.field.type) {
    case 'boolean':
      return <Checkbox label={words().label} note={help()} checked={props.value === true} onChange={props.onChange} />;
    case 'choice':
      return (
        <Select
          label={words().label}
          hint={help()}
          error={props.error}
          choices={(props.field.choices ?? []).map(({ value, label }) => ({
            value,
            label: t().where.choice(props.field.name, value) ?? label,
          }))}
          value={text()}
          onChange={props.onChange}
        />
      );
    case 'list':
      return (
        <TextArea
          {...look()}
          hint={help() ?? t().where.listHint}
          mono
          value={text()}
          onInput={(typed) => props.onChange(typed.split('\n').filter((line) => line.trim() !== ''))}
        />
      );
    case 'multiline':
      return (
        <TextArea
          {...look()}
          {...plain}
          mono
          class={props.field.secret ? 'typed-blind' : ''}
          value={text()}
          onInput={(typed) => props.onChange(emptyIsNull(typed))}
        />
      );
    case 'integer':
      return (
        <Field
          {...look()}
          {...plain}
          inputmode="numeric"
          placeholder={String(props.field.default ?? '')}
          value={text()}
          onInput={(typed) => props.onChange(/^\s*\d{1,15}\s*$/.test(typed) ? Number(typed) : emptyIsNull(typed))}
        />
      );
    default:
      if (props.field.secret)
        return (
          <PasswordField
            {...look()}
            autocomplete="new-password"
            value={text()}
            onInput={(typed) => props.onChange(emptyIsNull(typed))}
          />
        );
      return <Field {...look()} {...plain} value={text()} onInput={(typed) => props.onChange(emptyIsNull(typed))} />;
  }
}

/** What is cleared takes its default. */
const emptyIsNull = (typed: string): string | null => (typed.trim() === '' ? null : typed);

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
