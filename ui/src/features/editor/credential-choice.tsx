import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import { type CredentialView, listCredentials } from '../../api/credentials.ts';
import { Select } from '../../components/select.tsx';
import { editorText as t } from '../../i18n/editor.ts';

/** Which saved secret a destination is opened with. Those made in another tab appear when somebody comes back. */
export function CredentialChoice(props: {
  kind: string;
  name: string;
  value: number | null;
  onChange: (id: number | null) => void;
  error?: string | undefined;
}) {
  const [all, setAll] = createSignal<readonly CredentialView[] | null>(null);
  const ask = () => {
    if (!document.hidden) void listCredentials().then(setAll, () => {});
  };
  onMount(ask);
  document.addEventListener('visibilitychange', ask);
  onCleanup(() => document.removeEventListener('visibilitychange', ask));
  const fitting = () => all()?.filter((one) => one.provider_type === props.kind) ?? [];
  const choices = () => [
    { value: '', label: t().where.choose },
    ...fitting().map((one) => ({ value: String(one.id), label: one.name })),
    ...(props.value !== null && !fitting().some((one) => one.id === props.value)
      ? [{ value: String(props.value), label: all() === null ? '…' : t().where.credentialGone }]
      : []),
  ];
  return (
    <div data-field="credential_id">
      <Select
        label={t().where.credential}
        name="credential_id"
        hint={
          <>
            {all() !== null && fitting().length === 0 ? t().where.credentialNone(props.name) : t().where.credentialHint}{' '}
            <a href="/settings/credentials" target="_blank">
              {t().where.credentialAdd}
            </a>
          </>
        }
        error={props.error}
        choices={choices()}
        value={props.value === null ? '' : String(props.value)}
        onChange={(value) => props.onChange(value === '' ? null : Number(value))}
      />
      <Show when={props.error}>
        <p class="field-note">
          <a href="/settings/credentials" target="_blank">
            {t().where.credentialAdd}
          </a>
        </p>
      </Show>
    </div>
  );
}
