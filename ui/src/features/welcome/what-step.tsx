import FolderPlus from 'lucide-solid/icons/folder-plus';
import { createResource, createSignal, For, Show } from 'solid-js';
import { listDestinations } from '../../api/destinations.ts';
import { allowedPaths, browse, listDrives } from '../../api/places.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { pickersText as pickers } from '../../i18n/pickers.ts';
import { welcomeText as t } from '../../i18n/welcome.ts';
import { FolderPicker } from '../pickers/folder-picker.tsx';
import { addFolder, nameOf } from '../pickers/paths.ts';
import { TypedFolder } from '../pickers/typed-folder.tsx';
import { type Look, type Suggestion, suggest, toggled, within } from './suggestions.ts';

const look: Look = async (path) => {
  const entries = await browse(path).then(
    (view) => view.entries,
    () => [],
  );
  const folders = entries.filter((entry) => entry.is_dir).map((entry) => entry.path);
  return { folders, files: entries.length - folders.length };
};

/** Where copies go or could go: drives, and the destinations there are. What cannot be told is left out. */
async function placesOfCopies(): Promise<string[]> {
  const [drives, destinations] = await Promise.all([listDrives().catch(() => []), listDestinations().catch(() => [])]);
  const paths = [...drives.map((drive) => drive.mountpoint), ...destinations.map((one) => one.path)];
  return paths.filter((path) => path !== null && path !== undefined);
}

/** Suggestions of this box; kept by the page, so that going back shows the same ones. */
export const createSuggestions = () =>
  createResource<Suggestion[]>(async () => {
    const [{ paths }, places] = await Promise.all([allowedPaths(), placesOfCopies()]);
    return suggest(paths, look, places).catch(() => []);
  })[0];

/** What to back up: large switches for what is there, and the tree for everything else. */
export function WhatStep(props: {
  suggestions: Suggestion[] | undefined;
  folders: readonly string[];
  onChange: (folders: string[]) => void;
}) {
  const [picking, setPicking] = createSignal(false);
  const [typing, setTyping] = createSignal(false);
  const [news, setNews] = createSignal('');
  // Folders picked by hand stay in the list when they are switched off again: the press may have been a slip.
  const [picked, setPicked] = createSignal<readonly string[]>([...props.folders]); // oxlint-disable-line solid/reactivity -- as at the beginning
  const shown = () => {
    const known = new Set(props.suggestions?.map(({ path }) => path));
    const own = picked().filter((path) => !known.has(path));
    return [...(props.suggestions ?? []).map(({ path }) => path), ...own];
  };
  const labelOf = (path: string) =>
    props.suggestions?.some((one) => one.path === path && one.kind === 'whole')
      ? t().what.whole(nameOf(path))
      : nameOf(path);
  const inside = (path: string) => within(props.folders, path);
  const pick = (path: string) => {
    setPicked((all) => (all.includes(path) ? all : [...all, path]));
    const added = addFolder(props.folders, path);
    if (added.within === undefined) props.onChange(added.folders);
    setNews(t().what.added(nameOf(path)));
  };
  return (
    <>
      <Show when={props.suggestions} fallback={<Skeleton lines={6} />}>
        <fieldset class="choices folder-choices" data-look="cards">
          <legend class="hidden">{t().what.label}</legend>
          <For each={shown()} fallback={<p class="soft">{t().what.none}</p>}>
            {(path) => (
              <Checkbox
                label={labelOf(path)}
                note={inside(path) === undefined ? path : t().what.within(inside(path) ?? '')}
                checked={props.folders.includes(path) || inside(path) !== undefined}
                disabled={inside(path) !== undefined}
                onChange={() => props.onChange(toggled(props.folders, path))}
              />
            )}
          </For>
        </fieldset>
      </Show>
      <p class="hidden" role="status">
        {news()}
      </p>
      <div class="row">
        <Button icon={<FolderPlus size={18} />} onClick={() => setPicking(true)}>
          {t().what.other}
        </Button>
        <Show when={!typing()}>
          <button type="button" class="link" onClick={() => setTyping(true)}>
            {pickers().folders.type}
          </button>
        </Show>
      </div>
      <Show when={typing()}>
        <TypedFolder onAdd={pick} />
      </Show>
      <FolderPicker
        open={picking()}
        title={t().what.pick}
        action={t().what.action}
        start={props.folders.at(-1)}
        onPick={pick}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
