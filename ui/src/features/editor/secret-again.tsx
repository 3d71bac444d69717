import { Show } from 'solid-js';
import type { ProviderField } from '../../api/providers.ts';
import { Notice } from '../../components/notice.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import type { Config } from './draft.ts';
import { SchemaFields } from './schema-fields.tsx';

/** The saved secret once more, typed blind: asked for when a destination moves and its credential stays. */
export function SecretAgain(props: {
  kind: string;
  fields: readonly ProviderField[];
  value: Config;
  onChange: (secret: Config) => void;
  error: string | undefined;
}) {
  return (
    <div class="stack" style={{ '--gap': 'var(--space-4)' }} data-field="credential_data">
      <Notice mood="warn" title={t().where.secretTitle}>
        <p>{t().where.secretLead}</p>
      </Notice>
      <div role="alert">
        <Show when={props.error !== t().where.secretLead && props.error}>
          <Notice mood="bad">{props.error}</Notice>
        </Show>
      </div>
      <SchemaFields
        kind={props.kind}
        member="credential_data"
        fields={props.fields}
        value={props.value}
        // What is left empty is no part of the secret.
        onChange={(secret) =>
          props.onChange(Object.fromEntries(Object.entries(secret).filter(([, value]) => value !== null)))
        }
        at={() => undefined}
      />
    </div>
  );
}
