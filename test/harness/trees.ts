import { dlopen, FFIType, ptr } from 'bun:ffi';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

/** Names and paths are bytes here: what is not UTF-8 cannot be said with a string. */
export type Name = string | Buffer;

export interface SpecialEntry {
  content?: string | Uint8Array;
  /** Target, as it shall stand in the link. */
  symlink?: Name;
  /** Path of an earlier entry of the tree. */
  hardlink?: Name;
  fifo?: true;
  /** A file of this size without one written byte. */
  sparse?: number;
  mode?: number;
  /** Seconds since 1970. */
  mtime?: number;
}

/** File content, or null for a folder (its name ends with `/`), or what the words say. */
export type TreeEntry = string | Uint8Array | null | SpecialEntry;

/** `{'a.txt': 'x', 'sub/': null, 'sub/link': {symlink: '../a.txt'}}`; pairs where names are bytes. */
export type TreeSpec = Record<string, TreeEntry> | [Name, TreeEntry][];

/** `dir/name` with the name's bytes as they are. */
export const pathIn = (dir: Name, name: Name): Buffer =>
  Buffer.concat([Buffer.from(dir as string), Buffer.from('/'), Buffer.from(name as string)]);

/** Makes the entries in their order, with the folders they lie in; times and modes of folders come last. */
export function buildTree(dir: string, spec: TreeSpec): void {
  const entries: [Name, TreeEntry][] = Array.isArray(spec) ? spec : Object.entries(spec);
  mkdirSync(dir, { recursive: true });
  const finish: (() => void)[] = [];
  for (const [name, entry] of entries) {
    const path = pathIn(dir, name);
    mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
    const special = entry === null || typeof entry === 'string' || entry instanceof Uint8Array ? {} : entry;
    if (path.at(-1) === slash) {
      mkdirSync(path, { recursive: true });
      finish.push(() => setAttributes(path, special));
    } else {
      makeEntry(dir, path, special === entry ? special : { content: (entry as string | null) ?? '' });
      if (special.symlink === undefined) setAttributes(path, special);
      else if (special.mtime !== undefined) lutimesSync(path, special.mtime, special.mtime);
    }
  }
  for (const step of finish.toReversed()) step();
}

const slash = 47;

function makeEntry(dir: string, path: Buffer, entry: SpecialEntry): void {
  if (entry.symlink !== undefined) symlinkSync(entry.symlink, path);
  else if (entry.hardlink !== undefined) linkSync(pathIn(dir, entry.hardlink), path);
  else if (entry.fifo) makeFifo(path);
  else if (entry.sparse !== undefined) {
    const fd = openSync(path, 'w');
    ftruncateSync(fd, entry.sparse);
    closeSync(fd);
  } else writeFileSync(path, entry.content ?? '');
}

function setAttributes(path: Buffer, { mode, mtime }: SpecialEntry): void {
  if (mode !== undefined) chmodSync(path, mode);
  if (mtime !== undefined) lutimesSync(path, mtime, mtime);
}

function makeFifo(path: Buffer): void {
  const { mkfifo } = dlopen('libc.so.6', {
    mkfifo: { args: [FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  }).symbols;
  if (mkfifo(ptr(Buffer.concat([path, Buffer.alloc(1)])), 0o644) !== 0)
    throw new Error(`mkfifo ${path.toString()} failed`);
}

/** `count` files of `bytes` bytes, no two alike, 250 to a folder. */
export function manySmallFiles(dir: string, count: number, bytes: number): void {
  for (let n = 0; n < count; n += 1) {
    const folder = `${dir}/d${String(Math.floor(n / 250)).padStart(4, '0')}`;
    if (n % 250 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/f${String(n).padStart(7, '0')}`, Buffer.alloc(bytes, `${n}\n`));
  }
}

/** Names that broke backup programs: options, line ends, escape codes, bytes that are no text, what Windows forbids … */
export function hostileNames(): Buffer[] {
  const plain =
    '-rf --delete - ~ .hidden ..a ... %00 # ! + :f @ = CON nul.txt a. a:b *?"<>| [a] {} $(id) `id` $HOME ;ls &';
  const letters = 'Case case ß ẞ İ i ı Amélie Ame\u0301lie 🗂 \u202etxt.exe \u200b \ufeffx';
  const ours = '.~tmp~ .f.txt.AbCdEf';
  const spaced = [' ', 'a ', ' a', '+ x', '- x', ': f', '. f', 'deleting x', 'Backup complete'];
  const spoofed = ['Number of regular files transferred: 999', 'rsync error: some files could not be read (code 23)'];
  const control = ['a\nb', 'a\rb', '\n', 'a\tb', '\u001b[2J', '\u0007', '\u007f', '\u0001', '\\', '\\#012', "'"];
  const long = ['x'.repeat(255), '€'.repeat(85)];
  const text = [plain, letters, ours].flatMap((names) => names.split(' ')).concat(spaced, spoofed, control, long);
  const bytes = [[0xff], [0xc3, 0x28], [0x80], [0x61, 0xfe, 0x62], [0xed, 0xa0, 0x80], [0xc0, 0xaf]].map((name) =>
    Buffer.from(name),
  );
  return [...text.map((name) => Buffer.from(name)), ...bytes];
}

export interface TreeCounts {
  /** Names of regular files: one with two names counts twice. */
  files: number;
  /** Their sizes. */
  bytes: number;
  /** Without the top folder. */
  dirs: number;
  /** Links, pipes, sockets, devices. */
  others: number;
}

/** Counted by find(1), so that our own walking is not judged by itself. */
export function findCounts(dir: string): TreeCounts {
  const found = spawnSync('find', [dir, '-mindepth', '1', '-printf', '%y %s\\n'], { maxBuffer: 2 ** 30 });
  if (found.status !== 0) throw new Error(`find ${dir} ended with ${found.status}: ${found.stderr.toString()}`);
  const counts: TreeCounts = { files: 0, bytes: 0, dirs: 0, others: 0 };
  for (const line of found.stdout.toString('latin1').split('\n')) {
    if (line.startsWith('f')) {
      counts.files += 1;
      counts.bytes += Number(line.slice(2));
    } else if (line.startsWith('d')) counts.dirs += 1;
    else if (line !== '') counts.others += 1;
  }
  return counts;
}
