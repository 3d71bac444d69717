import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { anchoredPattern, guardedCommand, type RsyncOptions, rsyncArgs } from './args.ts';
import { runRsync } from './run.ts';

const plain: RsyncOptions = {
  sourceDir: '/home/user/photos',
  landing: 'photos',
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
};

const unix = ['-aHAX', '--modify-window=-1', '-8', '--no-h', '--outbuf=L'];
const fat = ['-rt', '--modify-window=2', '-8', '--no-h', '--outbuf=L'];
const told = ['--info=stats2,progress2', '--out-format=@m %i %l %n'];
const rules = (...each: string[]) => each.flatMap((rule) => ['-f', rule]);
const operands = ['--', '/home/user/photos/', './photos/'];

describe('the arguments rsync is given', () => {
  const rows: [name: string, options: Partial<RsyncOptions>, want: string[]][] = [
    ['a plain copy', {}, [...unix, ...told, ...operands]],
    ['a landing of several levels', { landing: 'a/b/c' }, [...unix, ...told, '--', '/home/user/photos/', './a/b/c/']],
    [
      'the root of the machine, its slash not doubled',
      { sourceDir: '/', landing: 'root' },
      [...unix, ...told, '--', '/', './root/'],
    ],
    [
      'names that look like options or like another machine stay operands',
      { sourceDir: '/home/--delete', landing: '-e sh host:x' },
      [...unix, ...told, '--', '/home/--delete/', './-e sh host:x/'],
    ],
    [
      'a FAT drive: no owner, mode or links, times to two seconds',
      { filesystem: 'fat' },
      [...fat, ...told, ...operands],
    ],
    ['comparing contents', { checksum: true }, [...unix, ...told, '-c', ...operands]],
    ['keeping holes', { sparse: true }, [...unix, ...told, '-S', ...operands]],
    ['no holes on a FAT drive, which has none', { filesystem: 'fat', sparse: true }, [...fat, ...told, ...operands]],
    ['a limit on the rate', { bandwidthLimitKbps: 512 }, [...unix, ...told, '--bwlimit=512', ...operands]],
    ['telling about unchanged files too', { listUnchanged: true }, [...unix, ...told, '-ii', ...operands]],
    ['a dry run', { dryRun: true }, [...unix, ...told, '-n', ...operands]],
    [
      'deleting, after everything was copied',
      { deleteExtraneous: true },
      [...unix, ...told, '--delete-after', ...operands],
    ],
    [
      'keeping what is replaced',
      { backupDir: '../.dynamight/history/K/photos' },
      [...unix, ...told, '--backup', '--backup-dir=../.dynamight/history/K/photos', ...operands],
    ],
    [
      'deleting and keeping: excluded files go too, because nothing is lost by it',
      { deleteExtraneous: true, backupDir: '../h' },
      [...unix, ...told, '--delete-after', '--backup', '--backup-dir=../h', '--delete-excluded', ...operands],
    ],
    [
      'deleting in a pass of its own: compares nothing, copies nothing',
      { pass: 'delete-only', deleteExtraneous: true, checksum: true },
      [...unix, ...told, '--existing', '--ignore-existing', '--delete-after', ...operands],
    ],
    [
      'counting: totals alone, and never for real',
      { pass: 'count', listUnchanged: true },
      [...unix, '--info=stats2', '-n', ...operands],
    ],
    [
      'counting what would be deleted',
      { pass: 'count', deleteExtraneous: true, dryRun: true },
      [...unix, '--info=stats2', '-n', '--delete-after', ...operands],
    ],
    [
      'folders of our own first, then the patterns of the job in their order',
      { excludeFolders: ['var/data'], excludePatterns: ['*.tmp', '.cache'] },
      [...unix, ...told, '-f', '- /var/data/', '-f', '- *.tmp', '-f', '- .cache', ...operands],
    ],
    [
      'patterns that read like commands are patterns',
      { excludePatterns: ['!', '+ *', '- x', ': f', '. f', 'merge x', '-n', '--delete', '/etc', ' a ', 'x_', ';#'] },
      [
        ...unix,
        ...told,
        ...rules('- !', '- + *', '- - x', '- : f', '- . f', '- merge x'),
        ...rules('- -n', '- --delete', '- /etc', '-  a ', '- x_', '- ;#'),
        ...operands,
      ],
    ],
    [
      'everything at once on a FAT drive',
      {
        filesystem: 'fat',
        listUnchanged: true,
        dryRun: true,
        checksum: true,
        bandwidthLimitKbps: 1,
        deleteExtraneous: true,
        backupDir: '../h',
        excludeFolders: ['d'],
        excludePatterns: ['p'],
      },
      [
        ...fat,
        ...told,
        '-ii',
        '-n',
        '-c',
        '--bwlimit=1',
        '--delete-after',
        '--backup',
        '--backup-dir=../h',
        '--delete-excluded',
        ...rules('- /d/', '- p'),
        ...operands,
      ],
    ],
  ];
  for (const [name, options, want] of rows) test(name, () => expect(rsyncArgs({ ...plain, ...options })).toEqual(want));
});

describe('the command that is started', () => {
  const tools = { setpriv: '/bin/setpriv', flock: '/bin/flock', rsync: '/bin/rsync' };

  test('dies with us and holds the lock itself', () => {
    const command = guardedCommand(tools, '.dynamight/lock', ['-n', '--', 'a/', 'b/']);
    expect(command.join(' ')).toBe(
      '/bin/setpriv --pdeathsig TERM /bin/flock -w 3 -F -E 75 .dynamight/lock /bin/rsync -n -- a/ b/',
    );
  });

  test('takes no lock where nothing is written', () => {
    expect(guardedCommand(tools, null, ['x'])).toEqual(['/bin/setpriv', '--pdeathsig', 'TERM', '/bin/rsync', 'x']);
  });
});

/** The same numbers every time. */
function dice(seed: number) {
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return {
    next,
    pick: <T>(items: readonly T[]): T => items[next(items.length)] as T,
    maybe: () => next(2) === 0,
    some: <T>(most: number, make: () => T): T[] => Array.from({ length: next(most + 1) }, make),
  };
}

const pieces = [
  '!',
  '+',
  '-',
  ':',
  '.',
  ' ',
  '_',
  ',',
  '/',
  ';',
  '#',
  'merge',
  'exclude',
  'x',
  'é',
  '--force',
  's',
  'C',
];

/** All that may ever stand before the operands; anything new is looked at by a person first. */
const known =
  /^(-aHAX|-S|-rt|--modify-window=(-1|2)|-8|--no-h|--outbuf=L|--info=stats2(,progress2)?|--out-format=@m %i %l %n|-ii|--debug=FILTER|-n|--existing|--ignore-existing|-c|--bwlimit=\d+|--delete-after|--backup|--backup-dir=.+|--delete-excluded)$/;

test('whatever is asked for: two operands behind --, and only options from a closed list (R-06)', () => {
  const { next, pick, maybe, some } = dice(1);
  const word = () => some(5, () => pick(pieces)).join('') || 'x';
  for (let round = 0; round < scale.propertyRounds * 20; round += 1) {
    const options: RsyncOptions = {
      sourceDir: maybe() ? '/' : `/${word()}`,
      landing: word(),
      filesystem: pick(['unix', 'fat'] as const),
      excludePatterns: some(4, word),
      excludeFolders: some(2, word),
      checksum: maybe(),
      sparse: maybe(),
      bandwidthLimitKbps: maybe() ? null : 1 + next(1_000_000),
      deleteExtraneous: maybe(),
      backupDir: maybe() ? null : `../${word()}`,
      dryRun: maybe(),
      pass: pick(['copy', 'delete-only', 'count'] as const),
      listUnchanged: maybe(),
      tellHidden: maybe(),
      itemMark: '@m',
    };
    const args = rsyncArgs(options);
    const [end, source, destination] = args.slice(-3);
    expect([end, source, destination]).toEqual([
      '--',
      options.sourceDir === '/' ? '/' : `${options.sourceDir}/`,
      `./${options.landing}/`,
    ]);
    const given = args.slice(0, -3);
    const filters: string[] = [];
    for (let at = given.indexOf('-f'); at >= 0; at = given.indexOf('-f')) filters.push(...given.splice(at, 2).slice(1));
    expect(filters.slice(options.excludeFolders.length)).toEqual(options.excludePatterns.map((one) => `- ${one}`));
    for (const option of given) expect(option).toMatch(known);
    if (options.dryRun || options.pass === 'count') expect(given).toContain('-n');
    if (!options.deleteExtraneous) expect(given.join(' ')).not.toContain('--delete');
    if (options.backupDir === null) expect(given).not.toContain('--delete-excluded');
  }
});

/** What a real rsync would copy out of `source`, by name, UTF-8. */
async function copied(source: string, options: Partial<RsyncOptions>): Promise<string[]> {
  const names: string[] = [];
  const result = await runRsync({
    argv: ['rsync', ...rsyncArgs({ ...plain, ...options, sourceDir: source, dryRun: true })],
    cwd: source,
    itemMark: plain.itemMark,
    signal: new AbortController().signal,
    onItem: (item) => void (item.kind === 'file' && names.push(Buffer.from(item.path, 'latin1').toString('utf8'))),
    onProgress() {},
    onComplaint(complaint) {
      throw new Error(complaint.message);
    },
  });
  expect(result).toMatchObject({ code: 0, lastWords: '' });
  return names.sort();
}

describe('what a real rsync makes of patterns', () => {
  const likeCommands = [
    '!|+ a|+ |- a|-|+|: f|. f|:|;|#|# a|; a|merge f|dir-merge f|exclude a|include a|clear|hide a|show a|protect a',
    'risk a|.- f|:C|-C|-! a|_a| a|a |  |--delete|-e sh|host:x|\\|a\\|é|~|$HOME|`id`|a|f|C',
  ].flatMap((row) => row.split('|'));

  test('a pattern without wildcards leaves out what has exactly that name, wherever it lies, and nothing else', async () => {
    const source = tempDir('names');
    for (const name of likeCommands) buildTree(source, { [name]: '1', [`sub/${name}`]: '2' });
    const all = likeCommands.flatMap((name) => [name, `sub/${name}`]);
    expect(await copied(source, {})).toEqual(all.toSorted());
    const without = async (names: string[]) => {
      const left = all.filter((path) => !names.includes(path.replace(/^sub\//, '')));
      expect([names, await copied(source, { excludePatterns: names })]).toEqual([names, left.sort()]);
    };
    // Each name once among those left out and once among the others, and no two always together.
    for (let bit = 1; bit < likeCommands.length; bit *= 2)
      for (const side of [0, bit]) await without(likeCommands.filter((_, index) => (index & bit) === side));
    await without(['!']);
    await without(['+ a', 'a']);
  }, 60_000);

  test('rules never come out of a file that a pattern names', async () => {
    const source = tempDir('merge');
    buildTree(source, { rules: '- *\n', kept: '1' });
    const rules = join(source, 'rules');
    const patterns = [`merge ${rules}`, `. ${rules}`, ': rules', `.${rules}`, '- rules', '!'];
    expect(await copied(source, { excludePatterns: patterns })).toEqual(['kept', 'rules']);
  });

  test('a folder left out by name is that folder alone, whatever its name looks like', async () => {
    const letters = ['*', '?', '[', ']', '\\', 'a', '!', '-', ' ', '**', '[a]', '\\*', 'é', '.'];
    const { pick, some } = dice(3);
    const source = tempDir('folders');
    const name = () => `${some(3, () => pick(letters)).join('')}${pick(letters)}x`;
    const folders = [...new Set(Array.from({ length: 40 }, (_, n) => (n % 3 ? name() : `${name()}/${name()}`)))];
    for (const folder of folders)
      buildTree(source, { [`${folder}/f`]: '1', [`${folder}/deeper/f`]: '2', [`sub/${folder}/f`]: '3' });
    const all = await copied(source, {});
    for (let round = 0; round < scale.propertyRounds / 10; round += 1) {
      const left = [pick(folders), ...some(3, () => pick(folders))];
      const want = all.filter((path) => !left.some((folder) => path.startsWith(`${folder}/`)));
      expect([left, await copied(source, { excludeFolders: left })]).toEqual([left, want]);
      expect(want.length).toBeLessThan(all.length);
    }
  }, 120_000);

  test('an anchored pattern says what it escapes', () => {
    const rows = [
      ['var/data', '/var/data/'],
      ['a*b', '/a\\*b/'],
      ['[x]/y?', '/\\[x]/y\\?/'],
      ['back\\slash', '/back\\slash/'],
      ['both\\*', '/both\\\\\\*/'],
    ] as const;
    for (const [folder, pattern] of rows) expect(anchoredPattern(folder)).toBe(pattern);
  });
});
