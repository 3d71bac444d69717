import type { Entry } from '../driver.ts';
import { compareUtf8, nameOf } from '../names.ts';
import {
  type Check,
  type CheckContext,
  get,
  insist,
  insistRejects,
  insistSame,
  namesIn,
  put,
  sideBySide,
} from './context.ts';

async function everythingBelow({ driver, signal }: CheckContext, folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const page of driver.listBelow?.(folder, signal) ?? []) entries.push(...page);
  return entries;
}

async function listsLargeFolder(context: CheckContext): Promise<void> {
  const { driver, signal, folder, sizes } = context;
  const names = Array.from({ length: sizes.folderEntries }, (_, n) => `entry ${String(n).padStart(6, '0')}.txt`);
  await sideBySide(names, driver.capabilities.parallelWrites, (name) => put(context, `${folder}/${name}`, name));
  const entries = await driver.list(folder, signal);
  insistSame(entries.length, names.length, 'entries listed');
  insistSame(new Set(entries.map((entry) => entry.path)).size, names.length, 'different entries listed');
  insist(
    entries.every((entry) => entry.kind === 'file' && entry.size === nameOf(entry.path).length),
    'an entry of the large folder is listed with another kind or size than it has',
  );
  if (driver.capabilities.flat)
    insistSame((await everythingBelow(context, folder)).length, names.length, 'files told by the flat listing');
}

/** Paths whose order by UTF-8 bytes is another than by folder, by UTF-16 units, or by words. */
const scattered = [
  'a',
  'a b',
  'a-b/x',
  'a.txt',
  'a/0',
  'a0',
  'ab/deep/er/x',
  'b/\u{ff5e}',
  'b/\u{1f600}',
  'b/Z',
  'b/a',
  'b/ä',
  'c d/+%20&#?.txt',
];

export const folderChecks: readonly Check[] = [
  { name: 'a folder of many pages is listed whole, each entry once', run: listsLargeFolder },
  {
    name: 'a listing tells files and folders of one level, and nothing from below or beside',
    async run(context) {
      const { driver, signal, folder } = context;
      for (const path of ['f', 'sub/g', 'sub/deep/h', 'sub.txt', 'sub2/i'])
        await put(context, `${folder}/${path}`, path);
      await put(context, `${folder}.beside/x`, 'x');
      const told = async (at: string) =>
        (await driver.list(at, signal)).map(({ kind, path, size }) => `${kind} ${path} ${size}`).sort();
      insistSame(
        await told(folder),
        [`file ${folder}/f 1`, `file ${folder}/sub.txt 7`, `folder ${folder}/sub 0`, `folder ${folder}/sub2 0`],
        'the folder',
      );
      insistSame(await told(`${folder}/sub`), [`file ${folder}/sub/g 5`, `folder ${folder}/sub/deep 0`], 'one below');
      insist(
        (await driver.list('', signal)).some((entry) => entry.kind === 'folder'),
        'the root does not list the folder that was made in it',
      );
    },
  },
  {
    name: 'a flat listing tells every file below, by the bytes of its path, and no folder',
    without: (capabilities) => (capabilities.flat ? null : 'it lists folder by folder'),
    async run(context) {
      const { folder, driver } = context;
      const paths = scattered.filter((path) => driver.capabilities.pathProblem(`${folder}/${path}`) === null);
      await sideBySide(paths, 4, (path) => put(context, `${folder}/${path}`, path));
      await put(context, `${folder}.beside/x`, 'x');
      const entries = await everythingBelow(context, folder);
      insistSame(
        entries.map((entry) => entry.path),
        paths.map((path) => `${folder}/${path}`).sort(compareUtf8),
        'paths told',
      );
      insist(
        entries.every((entry) => entry.kind === 'file'),
        'a folder is told',
      );
      const below = (await everythingBelow(context, `${folder}/a`)).map((entry) => entry.path);
      insistSame(below, [`${folder}/a/0`], 'below a folder with neighbours of a like name');
    },
  },
  {
    name: 'listing what is not there, or is a file, is refused',
    async run(context) {
      const { driver, signal, folder } = context;
      await put(context, `${folder}/file`, 'x');
      for (const at of [`${folder}/missing`, `${folder}/fil`, `${folder}/file`, `${folder}/missing/deeper`]) {
        if (driver.capabilities.folders === 'implied')
          insistSame(await driver.list(at, signal).catch(() => []), [], `${at}: entries`);
        else await insistRejects(driver.list(at, signal), ['not_found'], `listing ${at}`);
      }
    },
  },
  {
    name: 'folders are made with those above them, and making them again is fine',
    async run(context) {
      const { driver, signal, folder } = context;
      await driver.makeFolder(`${folder}/one/two/three`, signal);
      await driver.makeFolder(`${folder}/one/two/three`, signal);
      await driver.makeFolder(`${folder}/one`, signal);
      await put(context, `${folder}/one/two/three/file`, 'x');
      insistSame(await namesIn(context, `${folder}/one/two/three`), ['file'], 'the deepest folder');
      insistSame(await namesIn(context, `${folder}/one`), ['two'], 'the folder above');
    },
  },
  {
    name: 'an empty folder is kept and listed',
    without: (capabilities) => (capabilities.folders === 'implied' ? 'its folders are only parts of paths' : null),
    async run(context) {
      const { driver, signal, folder } = context;
      await driver.makeFolder(`${folder}/empty`, signal);
      insistSame(await driver.list(`${folder}/empty`, signal), [], 'entries of the empty folder');
      insistSame((await driver.stat(`${folder}/empty`, signal))?.kind, 'folder', 'kind by stat');
      insistSame(
        (await driver.list(folder, signal)).map((entry) => entry.kind),
        ['folder'],
        'the folder above',
      );
    },
  },
  {
    name: 'removing a folder never takes anything that is in it',
    async run(context) {
      const { driver, signal, folder } = context;
      const real = driver.capabilities.folders === 'real';
      await put(context, `${folder}/full/file`, 'x');
      await put(context, `${folder}/outer/inner/file`, 'x');
      for (const at of [`${folder}/full`, `${folder}/outer`]) {
        const removed = driver.removeFolder(at, signal);
        if (real) await insistRejects(removed, ['exists'], `removing ${at} as a folder`);
        else await removed;
        const taken = driver.remove(at, signal);
        if (real) await insistRejects(taken, ['exists'], `removing ${at} as a file`);
        else await taken;
      }
      insistSame((await get(context, `${folder}/full/file`)).toString(), 'x', 'the file in it');
      insistSame((await get(context, `${folder}/outer/inner/file`)).toString(), 'x', 'the file deeper in it');
      await driver.removeFolder(`${folder}/missing`, signal);
      await driver.makeFolder(`${folder}/empty`, signal);
      await driver.removeFolder(`${folder}/empty`, signal);
      insistSame(await namesIn(context, folder), ['full', 'outer'], 'what is left');
    },
  },
  {
    name: 'a folder is never replaced by a file, nor a file by a folder',
    without: (capabilities) =>
      capabilities.folders === 'implied' ? 'a file and a folder of one name live side by side there' : null,
    async run(context) {
      const { driver, signal, folder } = context;
      await put(context, `${folder}/folder/file`, 'kept');
      await put(context, `${folder}/file`, 'kept');
      await insistRejects(put(context, `${folder}/folder`, 'x'), [], 'writing over a folder');
      await insistRejects(put(context, `${folder}/file/below`, 'x'), [], 'writing below a file');
      await insistRejects(driver.makeFolder(`${folder}/file`, signal), ['exists'], 'making a folder over a file');
      await insistRejects(driver.move(`${folder}/file`, `${folder}/folder`, signal), [], 'moving over a folder');
      insistSame((await get(context, `${folder}/folder/file`)).toString(), 'kept', 'the file in the folder');
      insistSame((await get(context, `${folder}/file`)).toString(), 'kept', 'the file');
      insistSame(await namesIn(context, folder), ['file', 'folder'], 'what lies there');
    },
  },
  {
    name: 'many writers into one new folder make it once',
    async run(context) {
      const { folder } = context;
      const names = Array.from({ length: 8 }, (_, n) => `file ${n}`);
      await Promise.all(names.map((name) => put(context, `${folder}/new/deep/er/${name}`, name)));
      for (const [at, wanted] of [
        [folder, ['new']],
        [`${folder}/new`, ['deep']],
        [`${folder}/new/deep`, ['er']],
        [`${folder}/new/deep/er`, names],
      ] as const)
        insistSame(await namesIn(context, at), wanted, at);
    },
  },
];
