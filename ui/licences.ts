import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** One package that is in the page or in the executable. */
export interface Licensed {
  name: string;
  version: string;
  /** As its package.json names it: `MIT`, `Apache-2.0`. */
  licence: string;
  /** Its licence and notice files, as indices into `texts`: many packages share one. */
  texts: number[];
}

export interface Licences {
  /** The licence of Dynamight itself. */
  own: string;
  packages: Licensed[];
  texts: string[];
}

interface PackageJson {
  version?: string;
  license?: string | { type?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/**
 * Named by packages we ship, and in nothing we ship: types and compilers, what swagger-ui's installation would run,
 * and the command line of qrcode.
 */
const notShipped = /^(@types\/.+|bun-types|@tokenizer\/token|typescript|@scarf\/scarf|yargs)$/;

/** The runtime inside the executable comes as a bare binary, without a licence file. */
const runtimeNote = `Dynamight runs on Bun, which is inside its executable.

Bun itself is under the MIT licence, copyright Oven and its contributors. It contains JavaScriptCore and other parts of
WebKit, and TinyCC, which are under the GNU Lesser General Public License (version 2 and 2.1), and further libraries
under the MIT, BSD, Apache 2.0, zlib, ICU and similar licences. All of them are listed, each with its licence, and with
how to build and link Bun anew with a changed JavaScriptCore, at

    https://bun.com/docs/project/license

The sources of Bun are at https://github.com/oven-sh/bun, those of its WebKit at https://github.com/oven-sh/webkit.
`;

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$|\.licen[cs]e\.txt$/i;
const bare = /(?:\bfrom\s*|\bimport\s*\(?\s*|\burl\(\s*)["']((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^"']*)?["']/g;
const withSource = /\.(tsx?|css)$/;

const readPackage = (path: string): PackageJson => JSON.parse(readFileSync(path, 'utf8')) as PackageJson;

/** The packages the sources of the page name: in the development list of package.json, and yet shipped. */
export function packagesOfPage(root: string): string[] {
  const folder = join(root, 'ui/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => withSource.test(file));
  const texts = files
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(bare)].map((match) => match[1] ?? '')));
  return [...named].filter((name) => existsSync(join(root, 'node_modules', name, 'package.json'))).sort();
}

/** The nearest one, as the module resolver of Node.js looks for it; null for one that is not installed. */
function findPackage(name: string, from: string, root: string): string | null {
  for (let at = from; at.startsWith(root); at = join(at, '..')) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return null;
}

function wantedBy(about: PackageJson): string[] {
  const peers = Object.keys(about.peerDependencies ?? {});
  const needed = peers.filter((name) => !about.peerDependenciesMeta?.[name]?.optional);
  return [...Object.keys(about.dependencies ?? {}), ...needed].filter((name) => !notShipped.test(name));
}

/** Everything that is shipped, with its licence texts. Throws for a package whose licence is unknown. */
export function collectLicences(root: string): Licences {
  const own = readPackage(join(root, 'package.json'));
  const folders = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    const folder = findPackage(name, from, root);
    if (folder === null || folders.has(folder)) return;
    folders.set(folder, name);
    for (const next of wantedBy(readPackage(join(folder, 'package.json')))) visit(next, folder);
  };
  for (const name of [...wantedBy(own), ...packagesOfPage(root)]) visit(name, root);

  const texts: string[] = [];
  const indexOf = (text: string): number => {
    const known = texts.indexOf(text);
    return known === -1 ? texts.push(text) - 1 : known;
  };
  const packages = [...folders].map(([folder, name]): Licensed => {
    const { version = '', license } = readPackage(join(folder, 'package.json'));
    const licence = typeof license === 'string' ? license : license?.type;
    if (!licence) throw new Error(`${name} does not say its licence`);
    const files = readdirSync(folder).filter((file) => licenceFile.test(file));
    const found = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return { name, version, licence, texts: [...new Set(found)].map(indexOf) };
  });
  for (const one of packages) if (one.texts.length === 0) one.texts = [indexOf(standardText(one, texts))];
  packages.push({
    name: 'bun',
    version: own.devDependencies?.['bun'] ?? '',
    licence: 'MIT and others',
    texts: [indexOf(runtimeNote)],
  });
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { own: readFileSync(join(root, 'LICENSE'), 'utf8').trim(), packages, texts };
}

/** A package without the file: Apache-2.0 reads the same everywhere. Any other has a copyright line we do not know. */
function standardText(one: Licensed, texts: readonly string[]): string {
  const heading = /^\s*Apache License\s+Version 2\.0/;
  const [same] = one.licence === 'Apache-2.0' ? texts.filter((text) => heading.test(text)) : [];
  if (same === undefined) throw new Error(`${one.name} (${one.licence}) comes without its licence text`);
  return same;
}

const id = 'virtual:licences';

/** `import('virtual:licences')`: what `collectLicences` finds, a chunk of its own that is loaded when somebody asks. */
export const licences = (): Plugin => ({
  name: 'licences',
  resolveId: (source) => (source === id ? `\0${id}` : null),
  load(loaded) {
    if (loaded !== `\0${id}`) return null;
    const all = JSON.stringify(collectLicences(join(import.meta.dirname, '..')));
    // A parsed string starts several times faster than the same written as an object.
    return `export const licences = JSON.parse(${JSON.stringify(all)});`;
  },
});
