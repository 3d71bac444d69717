import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { type RsyncOptions, rsyncArgs } from './args.ts';
import type { RsyncComplaint, RsyncItem } from './output.ts';
import { runRsync } from './run.ts';
import { fileMeant } from './temporary.ts';

const nobody = 65_534;
const asNobody = ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'];

interface Wish extends Partial<RsyncOptions> {
  as?: string[];
  onItem?: (item: RsyncItem) => void;
}

/** Runs the installed rsync from `source` into `root/L` and answers what it complained of, as the parser read it. */
async function complain(source: string, root: string, { as = [], onItem = () => {}, ...options }: Wish = {}) {
  const complaints: Omit<RsyncComplaint, 'temporary'>[] = [];
  const args = rsyncArgs({
    sourceDir: source,
    landing: 'L',
    filesystem: 'unix',
    excludePatterns: [],
    excludeFolders: [],
    checksum: false,
    sparse: false,
    bandwidthLimitKbps: null,
    deleteExtraneous: false,
    backupDir: null,
    dryRun: false,
    pass: 'copy',
    listUnchanged: false,
    itemMark: '@m',
    ...options,
  });
  const result = await runRsync({
    argv: [...as, 'rsync', ...args],
    cwd: root,
    itemMark: '@m',
    signal: new AbortController().signal,
    onItem,
    onProgress() {},
    onComplaint({ temporary, ...complaint }) {
      const { path } = complaint;
      const tree = path?.startsWith(`${root}/L`) ? `${root}/L` : source;
      const inside = path === tree ? '' : (path?.replace(`${tree}/`, '') ?? null);
      complaints.push({ ...complaint, path: temporary ? fileMeant(source, inside ?? '') : inside });
    },
  });
  const byPath = complaints.toSorted((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1));
  return { result, complaints: byPath };
}

const place = (sourceTree: Parameters<typeof buildTree>[1], landing: Parameters<typeof buildTree>[1] = {}) => {
  const [source, root] = [tempDir('source'), tempDir('root')];
  buildTree(source, sourceTree);
  buildTree(join(root, 'L'), landing);
  return { source, root };
};

/** Makes what only root can change unchangeable; undone at once after the work. */
async function frozen<T>(path: string, work: () => Promise<T>): Promise<T> {
  const chattr = (how: string) => expect(spawnSync('chattr', [how, '--', path]).status).toBe(0);
  chattr('+i');
  try {
    return await work();
  } finally {
    chattr('-i');
  }
}

const error = (path: string | null, errno: number, message: string) => ({ level: 'error', path, message, errno });
const denied = (path: string) => error(path, 13, 'Permission denied');
const refused = (path: string) => error(path, 1, 'Operation not permitted');
const readOnly = (path: string) => error(path, 30, 'Read-only file system');
const full = (path: string) => error(path, 28, 'No space left on device');

describe('an rsync in real trouble', () => {
  const hostile = ['q": fo (3)', 'a" -> "b', 'line\nbreak', 'a) failed: b', '.hidden', 'Backup complete'];

  test('names what it may not read', async () => {
    const { source, root } = place({ ok: '1', 'closed/': { mode: 0o000 } });
    for (const name of hostile) buildTree(source, { [name]: { content: '1', mode: 0o000 } });
    for (const dir of [source, root, join(root, 'L')]) {
      chmodSync(dir, 0o755);
      chownSync(dir, nobody, nobody);
    }
    const { result, complaints } = await complain(source, root, { as: asNobody, deleteExtraneous: true });
    expect(complaints).toEqual(['closed', ...hostile].sort().map(denied) as never);
    expect(result).toMatchObject({ code: 23, stats: { files: hostile.length + 1, deletedFiles: 0 } });
  });

  test('names what went away under it', async () => {
    const { source, root } = place({ a: Buffer.alloc(2 ** 21, 'x'), 'z"\n': '1', zz: '2' });
    const { result, complaints } = await complain(source, root, {
      bandwidthLimitKbps: 3000,
      onItem: (item) => item.path === 'a' && rmSync(join(source, 'z"\n')),
    });
    expect(complaints).toEqual([
      { level: 'warning', path: 'z"\n', message: 'vanished while it was read', errno: null },
    ]);
    expect(result.code).toBe(24);
    expect(result.lastWords).toContain('vanished');
  });

  test('names files it may not replace, delete or change', async () => {
    for (const name of hostile) {
      const { source, root } = place({ [name]: 'new content', old: '1' }, { [name]: 'old', gone: 'x' });
      const { complaints, result } = await frozen(join(root, 'L', name), () => complain(source, root));
      expect([complaints, result.code]).toEqual([[refused(name)], 23] as never);
      rmSync(join(source, name));
      const second = await frozen(join(root, 'L', name), () => complain(source, root, { deleteExtraneous: true }));
      expect([second.complaints, second.result.stats?.deletedFiles]).toEqual([[refused(name)], 1] as never);
    }
    const { source, root } = place({ f: { content: '1', mode: 0o600, mtime: 1 } }, { f: { content: '1', mtime: 1 } });
    chownSync(join(source, 'f'), 3, 4);
    const { complaints } = await frozen(join(root, 'L/f'), () => complain(source, root));
    expect(complaints[0]).toEqual(refused('f') as never);
  });

  test('names every kind of thing it may not make, by the name it was to get', async () => {
    const names = [...hostile, '€x'.repeat(63), `.${'m'.repeat(250)}`];
    const { source, root } = place(
      { 'd/pipe': { fifo: true }, 'd/link': { symlink: 'to' }, 'd/sub/': null },
      { 'd/': null },
    );
    for (const name of names) buildTree(source, { [`d/${name}`]: '1' });
    const { complaints } = await frozen(join(root, 'L/d'), () => complain(source, root));
    const paths = ['d/pipe', 'd/link', 'd/sub', ...names.map((name) => `d/${Buffer.from(name).toString('latin1')}`)];
    // the folder itself is named too, unless its time happens to be the same already
    const named = complaints.filter((one) => one.path !== 'd');
    expect(named).toEqual(paths.sort().map(refused) as never);
  });

  test('knows a full drive from an attribute that is too large', async () => {
    const small = tmpfs({ size: '1m' });
    mkdirSync(join(small.path, 'L'));
    const { source } = place({ a: '1', big: Buffer.alloc(2 ** 21, 'x') });
    const first = await complain(source, small.path);
    expect(first.complaints).toContainEqual(full('big') as never);
    expect(first.result).toMatchObject({ code: 11 });

    const few = tmpfs({ size: '1m', nrInodes: 4 });
    mkdirSync(join(few.path, 'L'));
    const many = place({ a: '1', b: '2', c: '3' });
    const second = await complain(many.source, few.path);
    expect(second.complaints.at(-1)).toEqual(full('c') as never);
    expect(second.result.code).toBe(23);

    const ext4 = loopfs({ sizeMiB: 8, type: 'ext4', mkfs: ['-b', '1024'] });
    mkdirSync(join(ext4.path, 'L'));
    const tagged = place({ f: '1' });
    spawnSync('setfattr', ['-n', 'user.big', '-v', 'v'.repeat(3000), join(tagged.source, 'f')]);
    const third = await complain(tagged.source, ext4.path);
    const message = 'the attribute user.big is too large for this filesystem';
    expect(third.complaints).toEqual([{ level: 'error', path: 'f', message, errno: null }]);
  });

  test('says that a folder is in the way of a file, and which folder was not deleted', async () => {
    const { source, root } = place({ was: 'a folder' }, { 'was/kept': '1', 'gone/kept': '2' });
    const { result, complaints } = await complain(source, root, { deleteExtraneous: true, excludePatterns: ['kept'] });
    expect(complaints.map(({ level, path }) => `${level} ${path}`).sort()).toEqual([
      'error was',
      'warning gone',
      'warning was',
    ]);
    expect(result.code).toBe(23);
  });

  test('says that the destination became read-only', async () => {
    const drive = tmpfs({ size: '1m' });
    buildTree(join(drive.path, 'L'), { f: 'old', gone: '1' });
    const { source } = place({ f: 'newer', 'sub/f': '1' });
    drive.remount('ro');
    // here too the folder may be named
    const { complaints } = await complain(source, drive.path, { deleteExtraneous: true });
    const named = complaints.filter((one) => one.path !== '');
    expect(named).toEqual(['f', 'gone', 'sub'].map(readOnly) as never);
  });

  test('tells what a FAT drive cannot hold', async () => {
    const { source, root } = place({ f: '1', pipe: { fifo: true } });
    symlinkSync('f', join(source, 'link'));
    const { result, complaints } = await complain(source, root, { filesystem: 'fat' });
    const unfit = (path: string) => ({
      level: 'warning',
      path,
      message: 'this destination cannot hold it',
      errno: null,
    });
    expect(complaints).toEqual([unfit('link'), unfit('pipe')] as never);
    expect(result.code).toBe(0);
  });

  test('names the source when it is not there', async () => {
    const { source, root } = place({});
    rmSync(source, { recursive: true });
    const { result, complaints } = await complain(source, root);
    expect(complaints).toEqual([error('', 2, 'No such file or directory')] as never);
    expect(result.code).toBe(23);
  });
});

describe('the file a temporary one was to become', () => {
  const source = tempDir('meant');
  const long = 'l'.repeat(252);
  buildTree(source, { 'd/photo.jpg': '1', 'd/.rc': '2', 'd/.left.over.AbCdEf': '3', [`d/${long}`]: '4', top: '5' });
  for (const name of ['p', 'q']) buildTree(source, { [`two/${name.repeat(250)}`]: '1' });
  writeFileSync(join(source, 'd/both'), '6');
  writeFileSync(join(source, 'd/.both'), '7');
  const rows: [name: string, path: string, want: string][] = [
    ['is the one with its name', 'd/.photo.jpg.x3Fq9Z', 'd/photo.jpg'],
    ['also at the top', '.top.x3Fq9Z', 'top'],
    ['may have a dot of its own', 'd/.rc.x3Fq9Z', 'd/.rc'],
    ['may be a file that only looks temporary', 'd/.left.over.AbCdEf', 'd/.left.over.AbCdEf'],
    ['may have lost the end of its name', `d/.${long.slice(0, 247)}.x3Fq9Z`, `d/${long}`],
    ['may have lost all of it', 'd/.x3Fq9Z', `d/${long}`],
    ['is the one without the dot when there are both', 'd/.both.x3Fq9Z', 'd/both'],
    ['is somewhere in the folder when several could be it', 'two/.x3Fq9Z', 'two'],
    ['is somewhere in the folder when none is there any more', 'd/.gone.x3Fq9Z', 'd'],
    ['is taken as it stands when it is no temporary one', 'd/photo.jpg', 'd/photo.jpg'],
    ['does not need its folder', 'gone/.photo.jpg.x3Fq9Z', 'gone'],
  ];
  for (const [name, path, want] of rows) test(name, () => expect(fileMeant(source, path)).toBe(want));
});
