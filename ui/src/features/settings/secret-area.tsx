import { createSignal } from 'solid-js';
import { TextArea } from '../../components/text-area.tsx';
import { settingsText as t } from '../../i18n/settings.ts';

const mostBytes = 65_536;

/** A secret of several lines, such as a private key: masked like a password, typed, pasted, or taken from a file. */
export function SecretArea(props: {
  label: string;
  name: string;
  hint?: string | undefined;
  error?: string | undefined;
  optional?: boolean;
  value: string;
  onInput: (value: string) => void;
}) {
  const [shown, setShown] = createSignal(false);
  const [refused, setRefused] = createSignal(false);
  let picker: HTMLInputElement | undefined;
  const take = async (file: File | undefined) => {
    if (!file) return;
    setRefused(file.size > mostBytes);
    if (file.size <= mostBytes) props.onInput(await file.text());
  };
  return (
    <div>
      <TextArea
        mono
        label={props.label}
        name={props.name}
        hint={props.hint}
        error={props.error ?? (refused() ? t().credentials.fileTooLarge : undefined)}
        optional={props.optional ?? false}
        value={props.value}
        onInput={props.onInput}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        class={shown() ? '' : 'masked'}
      />
      <div class="row">
        <button type="button" class="link small" onClick={() => picker?.click()}>
          {t().credentials.fromFile}
        </button>
        <button type="button" class="link small" aria-pressed={shown()} onClick={() => setShown(!shown())}>
          {shown() ? t().credentials.hideText : t().credentials.showText}
        </button>
      </div>
      <input
        ref={(element) => {
          picker = element;
        }}
        type="file"
        hidden
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = ''; // the same file may be chosen again
        }}
      />
    </div>
  );
}
