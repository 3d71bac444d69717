import { createMemo, createSignal, onCleanup } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { allowedPaths, browse, makeFolder } from '../../api/places.ts';
import { contains, join } from './paths.ts';
import { byName, emptyTree, type Row, rowsOf, type Tree, wayTo, withBranch, withFolder, withOpen } from './tree.ts';

export interface FolderState {
  rows(): Row[];
  /** The folder with the mark; null before there is one. */
  at(): string | null;
  /** Before the first answer. */
  loading(): boolean;
  /** Why there is no tree at all. */
  trouble(): string | null;
  hidden(): boolean;
  showHidden(show: boolean): void;
  mark(path: string): void;
  open(path: string): void;
  close(path: string): void;
  /** Makes a folder in the marked one and marks it. Throws ApiError. */
  make(name: string): Promise<string>;
}

/** The folders of this box, asked for as they are opened. `start` comes into sight and gets the mark. */
export function createFolderState(start: string | undefined): FolderState {
  const [tree, setTree] = createSignal<Tree>(emptyTree);
  const [at, setAt] = createSignal<string | null>(null);
  const [loading, setLoading] = createSignal(true);
  const [trouble, setTrouble] = createSignal<string | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const rows = createMemo(() => rowsOf(tree()));

  const ask = async (path: string): Promise<'there' | 'gone' | 'failed'> => {
    try {
      const { entries } = await browse(path);
      if (over) return 'failed';
      const folders = entries.flatMap((entry) => (entry.is_dir ? entry.path : [])).sort(byName);
      setTree((now) => withBranch(now, path, { folders }));
      return 'there';
    } catch (thrown) {
      const { status, message } = asApiError(thrown);
      if (!over) setTree((now) => withBranch(now, path, { problem: message }));
      return status === 404 ? 'gone' : 'failed';
    }
  };
  const open = async (path: string) => {
    setTree((now) => withOpen(now, path, true));
    const known = tree().branches.get(path);
    if (known === 'loading' || (known && 'folders' in known)) return;
    setTree((now) => withBranch(now, path, 'loading'));
    await ask(path);
  };
  const begin = async () => {
    try {
      const { paths } = await allowedPaths();
      const seen = await Promise.all(paths.map(async (path) => ({ path, how: await ask(path) })));
      if (over) return;
      // A root that is not there is nobody's choice; one inside another is shown there.
      const there = seen.filter(({ how }) => how !== 'gone').map(({ path }) => path);
      const roots = there.filter((path) => !there.some((other) => other !== path && contains(other, path)));
      setTree((now) => ({ ...now, roots, open: new Set(roots) }));
      const wanted = start !== undefined && roots.some((root) => contains(root, start)) ? start : null;
      for (const folder of wanted === null ? [] : wayTo(roots, wanted)) await open(folder);
      if (over || at() !== null) return;
      const shown = rows().filter((row) => wanted !== null && contains(row.path, wanted));
      setAt(shown.at(-1)?.path ?? null);
    } catch (thrown) {
      if (!over) setTrouble(asApiError(thrown).message);
    } finally {
      setLoading(false);
    }
  };
  void begin();

  return {
    rows,
    at,
    loading,
    trouble,
    hidden: () => tree().hidden,
    showHidden: (hidden) => void setTree((now) => ({ ...now, hidden })),
    mark: (path) => void setAt(path),
    open: (path) => void open(path),
    close: (path) => void setTree((now) => withOpen(now, path, false)),
    async make(name) {
      const parent = at();
      if (parent === null) throw new Error('Nothing is marked');
      const { path } = await makeFolder(join(parent, name));
      await open(parent); // what else is in it must not vanish from the tree
      setTree((now) => withBranch(withFolder(now, parent, path), path, { folders: [] }));
      setAt(path);
      return path;
    },
  };
}
