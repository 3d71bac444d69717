import { posix } from 'node:path';

interface TextRule {
  /** Never without the flag g. */
  found: RegExp;
  /** Which files it looks at. */
  where: (file: string) => boolean;
  instead: string;
}

const isTest = (file: string): boolean => file.startsWith('test/') || /\.test\.tsx?$/.test(file);
const isProgram = (file: string): boolean => file.startsWith('src/') && !isTest(file);
const isAny = (): boolean => true;
/** Settings come from config/; what a child process gets of our own environment is decided where children start. */
const readsEnvironment = (file: string): boolean => /^src\/(config\/|cli\/|system\/process\/|main\.ts$)/.test(file);

const textRules: readonly TextRule[] = [
  { found: /\b(TODO|FIXME|XXX)\b|\b[Nn]ot implemented\b/g, where: isAny, instead: 'build it, or leave it out' },
  {
    found: /\b(test|it|describe)\.(skip|only|todo|skipIf|todoIf|if)\b/g,
    where: isTest,
    instead: 'every test runs, everywhere',
  },
  {
    found: /\b(process|Bun)\.env\b/g,
    where: (file) => isProgram(file) && !readsEnvironment(file),
    instead: 'read it in config/ and hand it down',
  },
  {
    found: /\bBun\.write\(|\bcopyFile(Sync)?\(|\bfs\.cp(Sync)?\(|\bcpSync\(/g,
    where: isProgram,
    instead: 'it empties or tears files on a full disk; write a temporary file and rename it',
  },
  {
    found: /\btransaction\([^()]*\basync\b/g,
    where: isAny,
    instead: 'the transaction ends at the first await; hand it a plain function',
  },
  { found: /\bshell:\s*true\b/g, where: isAny, instead: 'start the program itself, with an array of arguments' },
  {
    found: /\bclass\s+\w+(?!\w)(?!\s+extends\s+\w*Error\b)/g,
    where: (file) => isProgram(file) || file.startsWith('ui/'),
    instead: 'write a factory; only errors are classes',
  },
  { found: /^export \* from\b/gm, where: isAny, instead: 'name what is exported' },
  { found: /^export default\b/gm, where: isProgram, instead: 'export it by name' },
];

const emptyName = /(^|[-_.])(utils?|helpers?|managers?|misc)$|^common$/i;

/** What is wrong with one file of ours, by its name, its length and its words. */
export function fileProblems(file: string, text: string): string[] {
  const problems: string[] = [];
  for (const part of file.split('/')) {
    const name = part.replace(/(\.test)?\.[a-z]+$/, '');
    if (emptyName.test(name)) problems.push(`${file}: "${name}" says nothing; name what it holds`);
  }
  if (posix.basename(file) === 'index.ts') problems.push(`${file}: no barrels; import the file that has it`);
  const lines = text.split('\n').length - 1;
  const most = isTest(file) ? 800 : 400;
  if (lines > most) problems.push(`${file}: ${lines} lines, at most ${most}; what is its second job?`);
  for (const { found, where, instead } of textRules) {
    if (!where(file)) continue;
    for (const match of text.matchAll(found)) {
      const line = text.slice(0, match.index).split('\n').length;
      problems.push(`${file}:${line}: ${match[0].split('\n')[0]}: ${instead}`);
    }
  }
  return problems;
}

interface Journal {
  entries: { idx: number; when: number; tag: string }[];
}

/** drizzle leaves out, without a word, a migration that is dated before one already applied. */
export function journalProblems(journal: Journal): string[] {
  return journal.entries.flatMap((entry, position) => {
    const before = journal.entries[position - 1];
    if (entry.idx !== position) return [`${entry.tag}: has number ${entry.idx}, expected ${position}`];
    return before && entry.when <= before.when ? [`${entry.tag}: is dated before ${before.tag}`] : [];
  });
}

/** A person must be able to see from its first lines what a script is for. */
export function scriptProblems(file: string, text: string): string[] {
  const [first = '', ...rest] = text.split('\n');
  if (!first.startsWith('#!')) return [`${file}: does not begin with #!`];
  const head = rest.slice(0, 4).filter((line) => /^(#|\/\/) /.test(line));
  return head.length > 0 && /Example: /.test(head.join('\n'))
    ? []
    : [`${file}: does not begin with what it does and an "Example: "`];
}
