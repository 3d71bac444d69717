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
  author?: string | { name?: string };
  license?: string | { type?: string };
  /** An older form of the same. */
  licenses?: { type?: string }[];
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
  const folderOf = new Map<Licensed, string>();
  const packages = [...folders].map(([folder, name]): Licensed => {
    const { version = '', license, licenses } = readPackage(join(folder, 'package.json'));
    const licence = typeof license === 'string' ? license : (license ?? licenses?.[0])?.type;
    if (!licence) throw new Error(`${name} does not say its licence`);
    const files = readdirSync(folder).filter((file) => licenceFile.test(file));
    const found = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const one = { name, version, licence, texts: [...new Set(found)].map(indexOf) };
    folderOf.set(one, folder);
    return one;
  });
  for (const one of packages)
    if (one.texts.length === 0) one.texts = [indexOf(standardText(one, folderOf.get(one) ?? '', texts))];
  packages.push({
    name: 'bun',
    version: own.devDependencies?.['bun'] ?? '',
    licence: 'MIT and others',
    texts: [indexOf(runtimeNote)],
  });
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { own: readFileSync(join(root, 'LICENSE'), 'utf8').trim(), packages, texts };
}

const mit = (holder: string) => `The MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/**
 * A package without the file: Apache-2.0 reads the same everywhere; the MIT licence stands in the README, or reads the
 * same but for who holds the copyright.
 */
function standardText(one: Licensed, folder: string, texts: readonly string[]): string {
  const unknown = new Error(`${one.name} (${one.licence}) comes without its licence text`);
  if (one.licence === 'Apache-2.0') {
    const same = texts.find((text) => /^\s*Apache License\s+Version 2\.0/.test(text));
    if (same === undefined) throw unknown;
    return same;
  }
  if (one.licence !== 'MIT') throw unknown;
  const readme = readdirSync(folder).find((file) => /^readme(\.md)?$/i.test(file));
  const said =
    readme &&
    /^#*\s*licen[cs]e\b[\s\S]*Permission is hereby granted[\s\S]*/im.exec(readFileSync(join(folder, readme), 'utf8'));
  if (said) return said[0].trim();
  const { author } = readPackage(join(folder, 'package.json'));
  const holder = typeof author === 'string' ? author : author?.name;
  if (!holder) throw unknown;
  return mit(holder.replace(/\s*[<(].*$/, ''));
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
