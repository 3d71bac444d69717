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
} from '../../src/storage/checks/context.ts';
import { StorageError } from '../../src/storage/errors.ts';
import { caseTwins, deepPaths, nameCorpus, unicodeTwins } from '../harness/name-corpus.ts';

const shown = (name: string): string =>
  JSON.stringify(name.length > 60 ? `${name.slice(0, 20)}… (${name.length})` : name);

/** Writes a file whose content is its own number. False when the name was refused, which must be by name. */
async function wasWritten(context: CheckContext, path: string, content: string): Promise<boolean> {
  const problem = context.driver.capabilities.pathProblem(path);
  if (problem !== null) {
    insist(problem !== '', `${shown(path)}: refused without a reason`);
    await insistRejects(put(context, path, content), ['name'], `writing ${shown(path)}, which it says it cannot hold`);
    return false;
  }
  try {
    await put(context, path, content);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'name') return false;
    throw error;
  }
}

/** Every name lies there as it was given, with its own content, or was refused by name; nothing else lies there. */
async function comeBack(context: CheckContext, names: readonly string[], inner: string): Promise<void> {
  const { driver, signal, folder } = context;
  const form = (name: string) => (driver.capabilities.normalisesNames ? name.normalize('NFC') : name);
  const kept = new Map<string, string>();
  await sideBySide(names, Math.min(4, driver.capabilities.parallelWrites), async (name, index) => {
    if (await wasWritten(context, `${folder}/${name}${inner}`, `${index}`)) kept.set(name, `${index}`);
  });
  insistSame((await namesIn(context, folder)).map(form).sort(), [...kept.keys()].map(form).sort(), 'names listed');
  await sideBySide([...kept], Math.min(4, driver.capabilities.parallelWrites), async ([name, content]) => {
    const path = `${folder}/${name}${inner}`;
    insistSame((await get(context, path)).toString(), content, `${shown(name)}: content`);
    insistSame((await driver.stat(path, signal))?.kind, 'file', `${shown(name)}: kind by stat`);
    if (inner !== '')
      insistSame(
        await namesIn(context, `${folder}/${name}`),
        [inner.slice(1)],
        `${shown(name)}: entries of the folder`,
      );
    await driver.remove(path, signal);
    if (inner !== '') await driver.removeFolder(`${folder}/${name}`, signal);
  });
  insistSame(await namesIn(context, folder), [], 'names listed after all were removed');
}

const twins = (pairs: readonly (readonly [string, string])[]) => async (context: CheckContext) => {
  for (const [index, pair] of pairs.entries()) {
    const folder = `${context.folder}/${index}`;
    for (const name of pair) await put(context, `${folder}/${name}`, name);
    insistSame(await namesIn(context, folder), [...pair].sort(), 'names listed');
    for (const name of pair) insistSame((await get(context, `${folder}/${name}`)).toString(), name, shown(name));
    await context.driver.remove(`${folder}/${pair[0]}`, context.signal);
    insistSame(await namesIn(context, folder), [pair[1]], 'names listed when the first was removed');
  }
};

const everyOddity = nameCorpus.map((group) => group.names.slice(0, 2)).flat();

/** The names people have, through a driver: as they are, or refused by name; never another name, never another's file. */
export const nameChecks: readonly Check[] = [
  ...nameCorpus.map(
    ({ what, names }): Check => ({
      name: `names with ${what} come back as they are, or are refused by name`,
      run: (context) => comeBack(context, names, ''),
    }),
  ),
  {
    name: 'odd names of folders come back as they are, or are refused by name',
    run: (context) => comeBack(context, everyOddity, '/in'),
  },
  {
    name: 'names that differ only in case are two files',
    without: (capabilities) => (capabilities.caseSensitive ? null : 'the service takes them for one, and says so'),
    run: twins(caseTwins),
  },
  {
    name: 'names that only look alike are two files',
    without: (capabilities) => (capabilities.normalisesNames ? 'the service takes them for one, and says so' : null),
    run: twins(unicodeTwins),
  },
  {
    name: 'long paths come back as they are, or are refused by name',
    async run(context) {
      for (const { what, path } of deepPaths) {
        const at = `${context.folder}/${path}`;
        if (!(await wasWritten(context, at, what))) continue;
        insistSame((await get(context, at)).toString(), what, `a path ${what}`);
        insistSame((await context.driver.stat(at, context.signal))?.kind, 'file', `a path ${what}`);
      }
    },
  },
  {
    name: 'a name that can be none is refused before anything is done',
    async run(context) {
      const { driver, folder } = context;
      await put(context, `${folder}/file`, 'x');
      for (const name of ['\ud800', 'a\ud800', '\udc00b', 'a\0b', '..', '.', 'a//b', '../up', 'a/../../up']) {
        insist(driver.capabilities.pathProblem(`${folder}/${name}`) !== null, `${shown(name)}: no problem is told`);
        await insistRejects(put(context, `${folder}/${name}`, 'x'), ['name'], `writing ${shown(name)}`);
      }
      insistSame(await namesIn(context, folder), ['file'], 'what lies there');
    },
  },
];
