import Folder from 'lucide-solid/icons/folder';
import Plus from 'lucide-solid/icons/plus';
import X from 'lucide-solid/icons/x';
import { createSignal, createUniqueId, For, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import { FolderPicker } from './folder-picker.tsx';
import { addFolder, nameOf } from './paths.ts';
import { TypedFolder } from './typed-folder.tsx';
import './pickers.css';

/** The folders a backup takes: added from the tree or by typing, taken off one by one. None lies in another. */
export function FolderList(props: {
  label: string;
  hint?: string;
  folders: readonly string[];
  onChange: (folders: string[]) => void;
  error?: string | undefined;
}) {
  const id = createUniqueId();
  const [picking, setPicking] = createSignal(false);
  const [typing, setTyping] = createSignal(false);
  const [news, setNews] = createSignal('');
  let list: HTMLUListElement | undefined;
  let addButton: HTMLDivElement | undefined;

  const add = (path: string) => {
    const added = addFolder(props.folders, path);
    setNews(
      added.within !== undefined
        ? t().folders.within(added.within)
        : added.swallowed > 0
          ? t().folders.swallowed(added.swallowed)
          : '',
    );
    if (added.within === undefined) props.onChange(added.folders);
  };
  const remove = (path: string, index: number) => {
    setNews('');
    props.onChange(props.folders.filter((one) => one !== path));
    // The button that had the focus is gone: the next one gets it, or the one that adds.
    queueMicrotask(() => {
      const buttons = list?.querySelectorAll('button') ?? [];
      (buttons[Math.min(index, buttons.length - 1)] ?? addButton?.querySelector('button'))?.focus();
    });
  };
  return (
    <div class="folder-list" role="group" aria-labelledby={id} aria-describedby={`${id}-note`}>
      <p class="label" id={id}>
        {props.label}
      </p>
      <Show when={props.folders.length > 0} fallback={<p class="folder-none">{t().folders.none}</p>}>
        <ul
          class="folder-items"
          ref={(element) => {
            list = element;
          }}
        >
          <For each={props.folders}>
            {(folder, index) => (
              <li class="folder-item">
                <Folder size={18} aria-hidden="true" />
                <span class="folder-words">
                  <span class="folder-name">{nameOf(folder)}</span>
                  <span class="folder-path">{folder}</span>
                </span>
                <IconButton label={t().folders.remove(folder)} onClick={() => remove(folder, index())}>
                  <X size={18} />
                </IconButton>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div id={`${id}-note`}>
        <Show
          when={props.error}
          fallback={<Show when={props.hint}>{(hint) => <p class="field-note">{hint()}</p>}</Show>}
        >
          <p class="field-note picker-error" role="alert">
            {props.error}
          </p>
        </Show>
      </div>
      <p class="field-note" role="status">
        {news()}
      </p>
      <div
        class="row"
        ref={(element) => {
          addButton = element;
        }}
      >
        <Button icon={<Plus size={18} />} onClick={() => setPicking(true)}>
          {t().folders.add}
        </Button>
        <Show when={!typing()}>
          <button type="button" class="link" onClick={() => setTyping(true)}>
            {t().folders.type}
          </button>
        </Show>
      </div>
      <Show when={typing()}>
        <TypedFolder onAdd={add} />
      </Show>
      <FolderPicker
        open={picking()}
        title={t().folders.pick}
        start={props.folders.at(-1)}
        onPick={add}
        onClose={() => setPicking(false)}
      />
    </div>
  );
}
