import { useSearchParams } from '@solidjs/router';
import { createEffect, createSignal, on, onMount, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { listProviders, type ProviderSchemaView, type ProviderView, providerSchema } from '../../api/providers.ts';
import { Notice } from '../../components/notice.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { PlacePicker } from '../pickers/place-picker.tsx';
import { ConnectionTester } from './connection-tester.tsx';
import { CredentialChoice } from './credential-choice.tsx';
import { type Config, configOf, credentialOf, type Kind } from './draft.ts';
import { SchemaFields } from './schema-fields.tsx';
import { SecretAgain } from './secret-again.tsx';
import type { EditorState } from './state.ts';

/** Where a job writes to: a place on this box, or what the driver of another kind asks for. */
export function WhereFields(props: { state: EditorState }) {
  const { draft, change, at, setSchema } = props.state;
  const [kinds, setKinds] = createSignal<readonly ProviderView[]>([]);
  const [schema, show] = createSignal<ProviderSchemaView | null>(null);
  const [trouble, setTrouble] = createSignal<string | null>(null);
  const setConfig = (config: Config) => change({ configs: { ...draft().configs, [draft().kind]: config } });
  // Without the list a drive can be chosen all the same.
  onMount(() => void listProviders().then(setKinds, () => {}));
  createEffect(
    on(
      () => draft().kind,
      (kind) => {
        setTrouble(null);
        if (kind === 'local') return;
        providerSchema(kind).then(
          (answer) => {
            if (kind !== draft().kind) return;
            show(answer);
            setSchema(answer);
          },
          (thrown) => kind === draft().kind && setTrouble(asApiError(thrown).message),
        );
      },
    ),
  );
  // From the report of a run that was not let in: what it found is looked for again at once.
  const [search] = useSearchParams<{ test?: string }>();
  return (
    <>
      <Show when={kinds().length > 1}>
        <RadioGroup<Kind>
          label={t().where.kind}
          choices={kinds().map((kind) => ({
            value: kind.type as Kind,
            label: t().where.place(kind.type)?.name ?? kind.name,
            note: t().where.place(kind.type)?.note ?? kind.description,
          }))}
          value={draft().kind}
          onChange={(kind) => change({ kind })}
        />
      </Show>
      <Show
        when={draft().kind !== 'local'}
        fallback={
          <div data-field="destination_config">
            <PlacePicker
              value={configOf(draft())}
              onChange={setConfig}
              error={at('destination_config')}
              sources={draft().sources}
            />
          </div>
        }
      >
        <div role="alert">
          <Show when={trouble()}>
            <Notice mood="bad">
              <p>{t().where.failed}</p>
              <p>{trouble()}</p>
            </Notice>
          </Show>
        </div>
        <Show
          when={schema()?.type === draft().kind ? schema() : null}
          fallback={
            <Show when={!trouble()}>
              <Skeleton lines={4} />
            </Show>
          }
        >
          {(known) => (
            <>
              <SchemaFields
                kind={draft().kind}
                member="destination_config"
                fields={known().config}
                value={configOf(draft())}
                onChange={setConfig}
                at={at}
              />
              <Show when={known().credential.length > 0}>
                <CredentialChoice
                  kind={draft().kind}
                  providers={kinds()}
                  value={credentialOf(draft())}
                  onChange={(id) => change({ credentials: { ...draft().credentials, [draft().kind]: id } })}
                  error={at('credential_id')}
                />
              </Show>
              <Show when={props.state.asksSecret()}>
                <SecretAgain
                  kind={draft().kind}
                  fields={known().credential}
                  value={draft().secret}
                  onChange={(secret) => change({ secret })}
                  error={at('credential_data')}
                />
              </Show>
              <ConnectionTester
                kind={draft().kind}
                config={configOf(draft())}
                credentialId={credentialOf(draft())}
                secret={draft().secret}
                auto={search.test !== undefined}
                onTrust={(certificate_sha256) => setConfig({ ...configOf(draft()), certificate_sha256 })}
              />
            </>
          )}
        </Show>
      </Show>
    </>
  );
}
