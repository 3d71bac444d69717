import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, For, Show } from 'solid-js';
import { type Capabilities, providerCapabilities } from '../../api/providers.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { Field } from '../../components/field.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Select } from '../../components/select.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { wholeNumber } from '../settings/whole-number.ts';
import { deletes, type Options } from './draft.ts';
import type { EditorState } from './state.ts';

/** The most the box takes: what is kept is never too much. */
const keepAll: NonNullable<Options['history']> = { keep_last: 10_000 };
const kibibyte = 1024;
const acknowledgedShown = 50;

/** How a job copies: only what the box does today, and what this kind of destination can do. */
export function OptionFields(props: { state: EditorState }) {
  const { draft, change, at } = props.state;
  const can = createCapabilities(() => draft().kind);
  const set = (part: Options) => change({ options: { ...draft().options, ...part } });
  // Switching it off and on again brings back what the box had.
  const kept = props.state.job()?.sync_options['history'] as Options['history'];
  const limit = () => wholeNumber(draft().limit, 1, 100_000_000);
  const maxDelete = () => wholeNumber(draft().maxDelete, 0, 100);
  const hasHistory = () => (draft().options.history ?? null) !== null;
  return (
    <>
      <Show when={can('supports_delete')}>
        <Checkbox
          label={t().how.delete}
          note={hasHistory() ? t().how.deleteKept : t().how.deleteNote}
          name="delete_extraneous"
          checked={deletes(draft())}
          onChange={(delete_extraneous) => set({ delete_extraneous })}
        />
        <Show when={deletes(draft())}>
          <div class="indent" data-field="sync_options.max_delete_percent">
            <Field
              label={t().how.maxDelete}
              name="max_delete_percent"
              hint={t().how.maxDeleteHint(maxDelete() === null ? null : (maxDelete() ?? 0) / 100)}
              error={at('sync_options.max_delete_percent')}
              value={draft().maxDelete}
              onInput={(maxDelete) => change({ maxDelete })}
              inputmode="numeric"
              autocomplete="off"
              end={<span class="field-unit">%</span>}
            />
          </div>
        </Show>
      </Show>
      <Checkbox
        label={t().how.history}
        note={t().how.historyNote}
        name="history"
        checked={hasHistory()}
        onChange={(on) => set({ history: on ? (kept ?? keepAll) : null })}
      />
      <Show when={can('supports_checksum')}>
        <Checkbox
          label={t().how.checksum}
          note={t().how.checksumNote}
          name="checksum"
          checked={draft().options.checksum === true}
          onChange={(checksum) => set({ checksum })}
        />
      </Show>
      <Show when={can('supports_bandwidth_limit')}>
        <div data-field="sync_options.bandwidth_limit_kbps">
          <Field
            label={t().how.limit}
            name="bandwidth_limit_kbps"
            hint={t().how.limitHint(limit() === null ? null : (limit() ?? 0) * kibibyte)}
            error={at('sync_options.bandwidth_limit_kbps')}
            value={draft().limit}
            onInput={(limit) => change({ limit })}
            optional
            inputmode="numeric"
            autocomplete="off"
            end={<span class="field-unit">{t().how.limitUnit}</span>}
          />
        </div>
      </Show>
      <details class="fold" open={draft().options.dry_run === true}>
        <summary>{t().how.more}</summary>
        <div class="fold-fields">
          <Select
            label={t().how.verbosity}
            name="verbosity"
            choices={(['quiet', 'normal', 'verbose'] as const).map((value) => ({
              value,
              label: t().how.verbosities[value],
            }))}
            value={draft().options.verbosity ?? 'normal'}
            onChange={(verbosity) => set({ verbosity })}
          />
          <Show when={can('supports_dry_run')}>
            <Checkbox
              label={t().how.dryRun}
              note={t().how.dryRunNote}
              name="dry_run"
              checked={draft().options.dry_run === true}
              onChange={(dry_run) => set({ dry_run })}
            />
          </Show>
          <Acknowledged
            paths={draft().options.acknowledged_paths ?? []}
            onChange={(acknowledged_paths) => set({ acknowledged_paths })}
          />
        </div>
      </details>
    </>
  );
}

/** Until the box has answered, everything is possible: fields that vanish are rarer than fields that appear late. */
function createCapabilities(kind: () => string) {
  const [known, setKnown] = createSignal<Capabilities | null>(null);
  createEffect(() => {
    const asked = kind();
    providerCapabilities(asked).then(
      (answer) => asked === kind() && setKnown(answer),
      () => setKnown(null),
    );
  });
  return (what: keyof Capabilities): boolean => known()?.[what] ?? true;
}

function Acknowledged(props: { paths: readonly string[]; onChange: (paths: string[]) => void }) {
  return (
    <Show when={props.paths.length > 0}>
      <div>
        <p class="label">{t().how.acknowledged}</p>
        <ul class="file-list">
          <For each={props.paths.slice(0, acknowledgedShown)}>
            {(path) => (
              <li>
                <span>{path}</span>
                <IconButton
                  label={t().how.acknowledgedRemove(path)}
                  onClick={() => props.onChange(props.paths.filter((one) => one !== path))}
                >
                  <X size={16} />
                </IconButton>
              </li>
            )}
          </For>
          <Show when={props.paths.length > acknowledgedShown}>
            <li class="soft">{t().how.acknowledgedMore(props.paths.length - acknowledgedShown)}</li>
          </Show>
        </ul>
        <p class="field-note">{t().how.acknowledgedNote}</p>
      </div>
    </Show>
  );
}
