import { contains, isHidden, isOfSystem, join, nameOf } from './paths.ts';

/** What is known of the folders in a folder; nothing while it was never opened. */
export type Branch = { folders: readonly string[] } | { problem: string } | 'loading';

/** A tree of folders, as far as it was opened. */
export interface Tree {
  roots: readonly string[];
  branches: ReadonlyMap<string, Branch>;
  open: ReadonlySet<string>;
  /** Shows folders whose names begin with a dot, too. */
  hidden: boolean;
}

/** One line of the tree as it is seen. */
export interface Row {
  path: string;
  name: string;
  /** From 1. */
  level: number;
  /** null: nothing in it to open. */
  open: boolean | null;
  loading: boolean;
  problem: string | null;
  /** From 1, among its siblings. */
  position: number;
  siblings: number;
}

export const emptyTree: Tree = { roots: [], branches: new Map(), open: new Set(), hidden: false };

export const withBranch = (tree: Tree, path: string, branch: Branch): Tree => ({
  ...tree,
  branches: new Map(tree.branches).set(path, branch),
});

export function withOpen(tree: Tree, path: string, open: boolean): Tree {
  const next = new Set(tree.open);
  if (open) next.add(path);
  else next.delete(path);
  return { ...tree, open: next };
}

const naturally = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** As people sort names: `Holiday 9` before `Holiday 10`, and capitals among the rest. */
export const byName = (a: string, b: string): number => naturally.compare(nameOf(a), nameOf(b));

/** A new folder that was just made, at its place. */
export function withFolder(tree: Tree, parent: string, path: string): Tree {
  const branch = tree.branches.get(parent);
  const known = typeof branch === 'object' && 'folders' in branch ? branch.folders : [];
  const shown = withBranch(tree, parent, { folders: [...new Set([...known, path])].sort(byName) });
  return withOpen({ ...shown, hidden: tree.hidden || isHidden(nameOf(path)) }, parent, true);
}

function foldersIn(tree: Tree, path: string): readonly string[] {
  const branch = tree.branches.get(path);
  if (typeof branch !== 'object' || !('folders' in branch)) return [];
  return branch.folders.filter((one) => !isOfSystem(one) && (tree.hidden || !isHidden(nameOf(one))));
}

/** The lines of the tree from top to bottom. */
export function rowsOf(tree: Tree): Row[] {
  const rows: Row[] = [];
  const add = (path: string, level: number, position: number, siblings: number) => {
    const branch = tree.branches.get(path);
    const folders = foldersIn(tree, path);
    const known = typeof branch === 'object' && 'folders' in branch;
    const open = tree.open.has(path);
    rows.push({
      path,
      name: level === 1 ? path : nameOf(path),
      level,
      open: known && folders.length === 0 ? null : open && known,
      loading: open && branch === 'loading',
      problem: typeof branch === 'object' && 'problem' in branch ? branch.problem : null,
      position,
      siblings,
    });
    if (open) folders.forEach((one, index) => add(one, level + 1, index + 1, folders.length));
  };
  tree.roots.forEach((root, index) => add(root, 1, index + 1, tree.roots.length));
  return rows;
}

/** What a key does: go to a line, or open or close the one with the mark. */
export type Step = { to: number } | { open: number } | { close: number } | null;

/** The keys of a tree, as the ARIA practices have them; a letter goes to the next name that begins with it. */
export function stepOf(rows: readonly Row[], at: number, key: string): Step {
  const row = rows[at];
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return at < last ? { to: at + 1 } : null;
    case 'ArrowUp':
      return at > 0 ? { to: at - 1 } : null;
    case 'Home':
      return last >= 0 ? { to: 0 } : null;
    case 'End':
      return last >= 0 ? { to: last } : null;
    case 'ArrowRight': {
      if (row?.open === false) return { open: at };
      return row?.open === true ? { to: at + 1 } : null;
    }
    case 'ArrowLeft': {
      if (row?.open === true) return { close: at };
      for (let above = at - 1; above >= 0; above -= 1) {
        if ((rows[above]?.level ?? 0) < (row?.level ?? 0)) return { to: above };
      }
      return null;
    }
  }
  if (Array.from(key).length !== 1 || key === ' ') return null;
  const begins = (one: Row) => one.name.toLowerCase().startsWith(key.toLowerCase());
  for (let step = 1; step <= rows.length; step += 1) {
    const next = (at + step) % rows.length;
    const found = rows[next];
    if (found && begins(found)) return { to: next };
  }
  return null;
}

/** The folders to open, outermost first, so that `path` comes into sight. */
export function wayTo(roots: readonly string[], path: string): string[] {
  const root = roots.filter((one) => contains(one, path)).sort((a, b) => b.length - a.length)[0];
  if (root === undefined || root === path) return [];
  const way = [root];
  for (const name of path.slice(root.length).split('/').filter(Boolean).slice(0, -1)) {
    way.push(join(way.at(-1) ?? root, name));
  }
  return way;
}
