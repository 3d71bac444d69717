import { posix } from 'node:path';

/** Path from the checkout's root → its text. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  from: string;
  line: number;
  /** As written. */
  specifier: string;
  /** Path from the root for relative imports, else null (a package, `node:…`, `bun:…`). */
  to: string | null;
  typeOnly: boolean;
  /** Names taken, without `type ` and `as`; empty for default, namespace and dynamic imports. */
  names: string[];
}

/** Lower may never import higher; rooms of one rank never import each other. */
const ranks: Record<string, number> = {
  lib: 0,
  core: 1,
  config: 2,
  db: 2,
  http: 2,
  realtime: 2,
  work: 2,
  system: 2,
  storage: 2,
  sync: 3,
  features: 4,
  app: 5,
  cli: 6,
  main: 7,
};

/** Every feature that imports another, and which ones. What runs against these arrows is handed in by app.ts. */
const featureImports: Record<string, readonly string[]> = {
  providers: ['credentials'],
  versions: ['credentials', 'providers'],
  backups: ['credentials', 'providers', 'drives', 'settings', 'versions'],
  volumes: ['credentials', 'providers', 'drives'],
  files: ['volumes'],
  library: ['files', 'volumes'],
  rules: ['volumes'],
  fleet: ['volumes'],
};

const exempt = (file: string): boolean => file.startsWith('test/') || /\.test\.tsx?$/.test(file);

/** The layer of a file below src: its first folder; files beside app.ts are part of the composition root. */
function layerOf(file: string): string {
  const [first = '', second] = file.slice('src/'.length).split('/');
  if (second !== undefined) return first;
  return first === 'main.ts' ? 'main' : 'app';
}

const featureOf = (file: string): string | null => /^src\/features\/([^/]+)\//.exec(file)?.[1] ?? null;
const driverOf = (file: string): string | null => /^src\/storage\/drivers\/([^/]+)\//.exec(file)?.[1] ?? null;
const isTable = (file: string): boolean => /(^|[./])table\.ts$/.test(posix.basename(file));
const isStore = (file: string): boolean => /(^|[./])store\.ts$/.test(posix.basename(file));
const baseIs = (file: string, part: string): boolean => new RegExp(`(^|\\.)${part}\\.ts$`).test(posix.basename(file));

const statement = /^(import|export)\s+(type\s+)?(?:([^;'"]*?)\s*from\s*)?['"]([^'"\n]+)['"]/gm;
const dynamic = /^(?!\s*(?:\/\/|\*)).*?\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm;

/** All imports and re-exports of one file; the sources are formatted, so that every statement begins its line. */
export function importsOf(from: string, text: string): Import[] {
  const at = (index: number) => text.slice(0, index).split('\n').length;
  const resolved = (specifier: string) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : null;
  const found: Import[] = [];
  for (const match of text.matchAll(statement)) {
    const [, keyword, type, clause, specifier = ''] = match;
    if (keyword === 'export' && clause === undefined) continue;
    const list = /\{([^}]*)\}/.exec(clause ?? '')?.[1];
    const items = (list ?? '').split(',').map((item) => item.trim());
    const named = items.filter((item) => item !== '');
    const onlyNames = list !== undefined && (clause ?? '').trim().startsWith('{');
    found.push({
      from,
      line: at(match.index),
      specifier,
      to: resolved(specifier),
      typeOnly: type !== undefined || (onlyNames && named.length > 0 && named.every((name) => /^type\s/.test(name))),
      names: named.map((name) => name.replace(/^type\s+/, '').split(/\s+as\s+/)[0] ?? ''),
    });
  }
  for (const match of text.matchAll(dynamic)) {
    const specifier = match[1] ?? '';
    found.push({ from, line: at(match.index), specifier, to: resolved(specifier), typeOnly: false, names: [] });
  }
  return found;
}

/** A rule says what is wrong with one import, and what to do instead; null when nothing is. */
type Rule = (one: Import, sources: Sources) => string | null;

const exists: Rule = ({ to }, sources) => {
  if (to === null || sources.has(to) || !/^(src|ui\/src)\//.test(to)) return null;
  return sources.has(`${to}.ts`) || sources.has(`${to}.tsx`) ? 'say the extension: imports end in .ts' : null;
};

const layers: Rule = ({ from, to }) => {
  if (!from.startsWith('src/') || to === null) return null;
  if (to === 'package.json') return from === 'src/config/version.ts' ? null : 'take the version from config/version.ts';
  if (!to.startsWith('src/')) return 'src imports nothing outside src';
  const [mine, its] = [layerOf(from), layerOf(to)];
  const [myRank, itsRank] = [ranks[mine], ranks[its]];
  if (myRank === undefined || itsRank === undefined)
    return `${myRank === undefined ? mine : its} is no layer of the house`;
  if (mine === its || itsRank < myRank) return null;
  if (itsRank === myRank)
    return `${mine} and ${its} are siblings and never import each other; app.ts hands things over`;
  return `${mine} is below ${its}: hand it in as a function, or send an event upwards`;
};

const features: Rule = ({ from, to }) => {
  const [mine, its] = [featureOf(from), to && featureOf(to)];
  if (!mine || !its || mine === its) return null;
  const allowed = featureImports[mine] ?? [];
  if (!allowed.includes(its))
    return `features/${mine} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other feature'}; hand it in by app.ts`;
  if (to && isTable(to) && !isTable(from))
    return `only features/${its}/store.ts queries that table; another room's table is named by table.ts alone`;
  return null;
};

const drivers: Rule = ({ from, to }) => {
  const [mine, its] = [driverOf(from), to && driverOf(to)];
  return mine && its && mine !== its ? 'a driver never imports another driver; share through storage/' : null;
};

const tables: Rule = ({ from, to, specifier }) => {
  if (isTable(from) && specifier.startsWith('bun:')) return 'table.ts is also read by drizzle-kit, which has no bun:';
  if (!to || !isTable(to) || featureOf(from) !== featureOf(to) || isTable(from) || isStore(from)) return null;
  return 'only store.ts knows its table; take the type from store.ts or model.ts';
};

const queries = /^(drizzle-orm(\/|$)|bun:sqlite$)/;
const sql: Rule = ({ from, specifier }) => {
  if (!queries.test(specifier) || from.startsWith('src/db/') || isTable(from) || isStore(from)) return null;
  return 'SQL lives in db/, store.ts and table.ts';
};

const elysia: Rule = ({ from, specifier }) => {
  if (
    specifier !== 'elysia' ||
    !from.startsWith('src/') ||
    /^src\/(http|realtime)\//.test(from) ||
    layerOf(from) === 'app'
  )
    return null;
  if (baseIs(from, 'routes') || baseIs(from, 'schema')) return null;
  return 'Elysia stays in http/, realtime/, routes.ts and schema.ts';
};

const doors: Rule = ({ from, to }) =>
  baseIs(from, 'routes') && to && (isStore(to) || to.startsWith('src/db/'))
    ? 'routes call one service function; the service asks the store'
    : null;

const wiring: Rule = ({ from, to, typeOnly, names }) => {
  if (typeOnly || !from.startsWith('src/') || layerOf(from) === 'app' || !to) return null;
  const [mine, its] = [featureOf(from), featureOf(to)];
  const built = names.find((name) => /^create[A-Z]|Routes$/.test(name));
  return built && its && mine !== its
    ? `only app.ts builds a room (${built}); take the type and get it handed in`
    : null;
};

const page: Rule = ({ from, to, typeOnly }) =>
  from.startsWith('ui/') && to?.startsWith('src/') && !typeOnly ? 'the page imports only types from src' : null;

const rules: readonly Rule[] = [exists, layers, features, drivers, tables, sql, elysia, doors, wiring, page];

/**
 * Circles between folders, level by level: under each folder, its child folders with everything inside them are the
 * points. Files lying in the folder itself are its contract or its wiring and may be on both ends.
 */
export function folderCircles(imports: readonly Import[]): string[] {
  const levels = new Map<string, Map<string, Map<string, Import>>>();
  for (const one of imports) {
    const [a, b] = [one.from.split('/'), one.to?.split('/') ?? []];
    let depth = 0;
    while (a[depth] !== undefined && a[depth] === b[depth]) depth += 1;
    if (depth + 1 >= a.length || depth + 1 >= b.length) continue; // one of them lies in the common folder itself
    const edges = levels.get(a.slice(0, depth).join('/')) ?? new Map<string, Map<string, Import>>();
    levels.set(a.slice(0, depth).join('/'), edges);
    const [mine, its] = [a[depth] ?? '', b[depth] ?? ''];
    const targets = edges.get(mine) ?? new Map<string, Import>();
    edges.set(mine, targets);
    if (!targets.has(its)) targets.set(its, one);
  }
  return [...levels].flatMap(([parent, edges]) => {
    const circle = circleIn(edges);
    if (!circle) return [];
    const steps = circle.map(({ from, line, to }) => `\n    ${from}:${line} → ${to}`);
    return [`folders below ${parent} import each other in a circle:${steps.join('')}`];
  });
}

/** The imports along one circle of the graph, or null. */
function circleIn(edges: Map<string, Map<string, Import>>): Import[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: string[], taken: Import[]): Import[] | null => {
    const start = path.indexOf(node);
    if (start !== -1) return taken.slice(start);
    if (done.has(node)) return null;
    for (const [next, one] of edges.get(node) ?? []) {
      const circle = visit(next, [...path, node], [...taken, one]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const circle = visit(node, [], []);
    if (circle) return circle;
  }
  return null;
}

/** Everything that is against the plan of the house, one line each; tests and the harness may import what they like. */
export function importProblems(sources: Sources): string[] {
  const imports = [...sources].filter(([file]) => !exempt(file)).flatMap(([file, text]) => importsOf(file, text));
  const broken = imports.flatMap((one) =>
    rules.flatMap((rule) => {
      const problem = rule(one, sources);
      return problem ? [`${one.from}:${one.line} imports ${one.to ?? one.specifier}: ${problem}`] : [];
    }),
  );
  return [...broken, ...folderCircles(imports)];
}
