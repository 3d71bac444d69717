import { createSignal, onCleanup, onMount } from 'solid-js';
import { type CredentialView, listCredentials } from '../../api/credentials.ts';
import type { ProviderView } from '../../api/providers.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { CredentialWindow } from '../settings/credential-window.tsx';

/** Which saved secret a destination is opened with; a new one is made in place. Those made elsewhere appear, too. */
export function CredentialChoice(props: {
  kind: string;
  providers: readonly ProviderView[];
  value: number | null;
  onChange: (id: number | null) => void;
  error?: string | undefined;
}) {
  const [all, setAll] = createSignal<readonly CredentialView[] | null>(null);
  const [adding, setAdding] = createSignal(false);
  const ask = () => {
    if (!document.hidden) void listCredentials().then(setAll, () => {});
  };
  onMount(ask);
  document.addEventListener('visibilitychange', ask);
  onCleanup(() => document.removeEventListener('visibilitychange', ask));
  const ofKind = () => props.providers.filter((one) => one.type === props.kind);
  const name = () => ofKind()[0]?.name ?? props.kind;
  const fitting = () => all()?.filter((one) => one.provider_type === props.kind) ?? [];
  const choices = () => [
    { value: '', label: t().where.choose },
    ...fitting().map((one) => ({ value: String(one.id), label: one.name })),
    ...(props.value !== null && !fitting().some((one) => one.id === props.value)
      ? [{ value: String(props.value), label: all() === null ? '…' : t().where.credentialGone }]
      : []),
  ];
  const added = (one: CredentialView) => {
    setAll([...(all() ?? []).filter((other) => other.id !== one.id), one]);
    setAdding(false);
    props.onChange(one.id);
  };
  return (
    <div class="stack" style={{ '--gap': 'var(--space-2)' }} data-field="credential_id">
      <Select
        label={t().where.credential}
        name="credential_id"
        hint={all() !== null && fitting().length === 0 ? t().where.credentialNone(name()) : t().where.credentialHint}
        error={props.error}
        choices={choices()}
        value={props.value === null ? '' : String(props.value)}
        onChange={(value) => props.onChange(value === '' ? null : Number(value))}
      />
      <div class="row">
        <Button onClick={() => setAdding(true)}>{t().where.credentialAdd}</Button>
        <a class="small" href="/settings/credentials" target="_blank">
          {t().where.credentialManage}
        </a>
      </div>
      <CredentialWindow
        open={adding()}
        editing={null}
        providers={ofKind()}
        onClose={() => setAdding(false)}
        onSaved={added}
      />
    </div>
  );
}
