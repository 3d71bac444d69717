import { createSignal, onCleanup } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { spaceAt } from '../../api/places.ts';
import { Field } from '../../components/field.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import { cleanPath } from './paths.ts';

/** A folder of this box by its path. Only one that is there is handed on: asked when it is added, or the field is left. */
export function TypedFolder(props: { onAdd: (path: string) => void }) {
  const [typed, setTyped] = createSignal('');
  const [wrong, setWrong] = createSignal<string | undefined>(undefined);
  const [asking, setAsking] = createSignal<string | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const add = async () => {
    if (typed().trim() === '' || asking() === typed()) return;
    const asked = typed();
    const path = cleanPath(asked);
    setAsking(asked);
    const problem = path === null ? t().folders.pathWrong : await problemOf(path);
    if (over || asked !== typed()) return; // typed on meanwhile
    setAsking(null);
    setWrong(problem ?? undefined);
    if (problem !== null || path === null) return;
    setTyped('');
    props.onAdd(path);
  };
  return (
    <Field
      label={t().folders.path}
      value={typed()}
      onInput={(text) => {
        setTyped(text);
        setAsking(null);
        setWrong(undefined);
      }}
      error={wrong()}
      focused
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      onChange={() => void add()}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault(); // adds the folder; the form around it is not sent
        void add();
      }}
      end={
        <button type="button" class="field-end" aria-busy={asking() !== null} onClick={() => void add()}>
          {t().folders.addTyped}
        </button>
      }
    />
  );
}

/** Why there is no folder to back up at a path, in words; null where nothing is known against it. */
async function problemOf(path: string): Promise<string | null> {
  if (path === '/') return t().folder.notWhole;
  try {
    await spaceAt(path);
    return null;
  } catch (thrown) {
    const { status, message } = asApiError(thrown);
    if (status === 404) return t().folders.absent(path);
    return status === 400 || status === 403 ? message : null; // the box may be busy, or a drive asleep
  }
}
