import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { pathIn } from './trees.ts';

export interface TreeNode {
  type: 'file' | 'dir' | 'link' | 'other';
  /** Of files; null for the rest, where it says nothing about the content. */
  size: number | null;
  mode: string;
  mtimeNs: bigint;
  uid: number;
  gid: number;
  /** Of links, latin1. */
  target: string | null;
  /** The first path, in byte order, that is the same file; null when this is the first or the only one. */
  hardlinkOf: string | null;
  sha256: string | null;
}

/** By path below the folder, as latin1: one character is one byte. The folder itself is not in it. */
export type TreeSnapshot = Map<string, TreeNode>;

export interface SnapshotOptions {
  /** Leaves out an entry and what is below it. */
  skip?: (path: string) => boolean;
}

/** All that can be seen of a tree, without following a link and without opening a pipe. */
export function snapshotTree(dir: string, { skip = () => false }: SnapshotOptions = {}): TreeSnapshot {
  const tree: TreeSnapshot = new Map();
  const firstNames = new Map<string, string>();
  const walk = (folder: Buffer, prefix: string) => {
    const names = readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare);
    for (const name of names) {
      const path = prefix + name.toString('latin1');
      if (skip(path)) continue;
      const full = pathIn(folder, name);
      const node = look(full);
      tree.set(path, node.entry);
      if (node.inode !== null) {
        const first = firstNames.get(node.inode);
        if (first === undefined) firstNames.set(node.inode, path);
        else node.entry.hardlinkOf = first;
      }
      if (node.entry.type === 'dir') walk(full, `${path}/`);
    }
  };
  walk(Buffer.from(dir), '');
  return tree;
}

function look(path: Buffer): { entry: TreeNode; inode: string | null } {
  const stat = lstatSync(path, { bigint: true });
  const type = stat.isFile() ? 'file' : stat.isDirectory() ? 'dir' : stat.isSymbolicLink() ? 'link' : 'other';
  const entry: TreeNode = {
    type,
    size: type === 'file' ? Number(stat.size) : null,
    mode: (Number(stat.mode) & 0o7777).toString(8).padStart(4, '0'),
    mtimeNs: stat.mtimeNs,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    target: type === 'link' ? readlinkSync(path, { encoding: 'buffer' }).toString('latin1') : null,
    hardlinkOf: null,
    sha256: type === 'file' ? sha256Of(path) : null,
  };
  return { entry, inode: type !== 'dir' && stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : null };
}

function sha256Of(path: Buffer): string {
  const hash = new Bun.CryptoHasher('sha256');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  const fd = openSync(path, 'r');
  try {
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk)) hash.update(chunk.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

export interface CompareOptions extends SnapshotOptions {
  /** What may differ. */
  ignore?: (keyof TreeNode)[];
}

const maxLines = 40;

/** Throws with one line per difference. Folders are looked at now; snapshots are taken as they are. */
export function expectSameTree(
  expected: string | TreeSnapshot,
  actual: string | TreeSnapshot,
  options: CompareOptions = {},
): void {
  const differences = compareTrees(taken(expected, options), taken(actual, options), options.ignore ?? []);
  if (differences.length === 0) return;
  const shown = differences.slice(0, maxLines);
  if (differences.length > maxLines) shown.push(`… and ${differences.length - maxLines} more`);
  throw new Error(`The trees differ:\n  ${shown.join('\n  ')}`);
}

const taken = (tree: string | TreeSnapshot, options: SnapshotOptions): TreeSnapshot =>
  typeof tree === 'string' ? snapshotTree(tree, options) : tree;

function compareTrees(expected: TreeSnapshot, actual: TreeSnapshot, ignore: (keyof TreeNode)[]): string[] {
  const lines: string[] = [];
  const shown = (path: string) => JSON.stringify(path);
  for (const [path, node] of expected) {
    const other = actual.get(path);
    if (other === undefined) {
      lines.push(`missing  ${shown(path)} (${node.type})`);
      continue;
    }
    const changed = (Object.keys(node) as (keyof TreeNode)[]).filter(
      (key) => !ignore.includes(key) && node[key] !== other[key],
    );
    if (changed.length > 0) {
      const words = changed.map((key) => `${key} ${String(node[key])} → ${String(other[key])}`);
      lines.push(`differs  ${shown(path)}: ${words.join(', ')}`);
    }
  }
  for (const [path, node] of actual) {
    if (!expected.has(path)) lines.push(`extra    ${shown(path)} (${node.type})`);
  }
  return lines;
}
