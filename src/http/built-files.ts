import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { type Encoding, matchesTag, preferredEncoding } from '../lib/negotiate.ts';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};
const suffixes: Record<Encoding, string> = { br: '.br', gzip: '.gz' };
const isPacked = (name: string) => /\.(br|gz)$/.test(name);

/** One file of the built page with the encoded forms that lie beside it. */
export interface BuiltFile {
  /** Where it lies on disk or inside the executable. */
  path: string;
  type: string;
  /** Names the content, not an encoding of it. */
  version: string;
  encoded: ReadonlySet<Encoding>;
}

/** `immutable` for names that carry a hash, `no-cache` (ask first, 304 is cheap) for the rest. */
export type Caching = 'immutable' | 'no-cache';
const cacheControl: Record<Caching, string> = {
  immutable: 'public, max-age=31536000, immutable',
  'no-cache': 'no-cache',
};

/** The files under `<dir>/assets` by URL path. Their names carry a hash of the content, so names serve as versions. */
export function builtAssets(dir: string): ReadonlyMap<string, BuiltFile> {
  const names = readdirSync(join(dir, 'assets'), { recursive: true, encoding: 'utf8' });
  const present = new Set(names);
  const files = names.filter((name) => extname(name) !== '' && !isPacked(name));
  return new Map(
    files.map((name) => [
      `/assets/${name}`,
      {
        path: join(dir, 'assets', name),
        type: contentTypes[extname(name)] ?? 'application/octet-stream',
        version: basename(name),
        encoded: encodedForms((suffix) => present.has(name + suffix)),
      },
    ]),
  );
}

/** One HTML file of the built page. Its name never changes, so its version is a hash of its content. */
export function builtHtml(dir: string, name: string): BuiltFile {
  const path = join(dir, name);
  const present = new Set(readdirSync(dir));
  return {
    path,
    type: contentTypes['.html'] ?? '',
    version: createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16),
    encoded: encodedForms((suffix) => present.has(name + suffix)),
  };
}

const encodedForms = (exists: (suffix: string) => boolean): ReadonlySet<Encoding> =>
  new Set((Object.keys(suffixes) as Encoding[]).filter((encoding) => exists(suffixes[encoding])));

/** What to answer: headers for every case, and the file to send; no file for 304. */
export interface Chosen {
  headers: Record<string, string>;
  status: 200 | 304;
  /** null: the plain file itself. */
  encoding: Encoding | null;
  path: string;
}

/** Picks the encoding the browser takes and says whether it already has it. Each encoding has a tag of its own. */
export function choose(file: BuiltFile, request: Request, caching: Caching): Chosen {
  const encoding = preferredEncoding(request.headers.get('accept-encoding'), file.encoded);
  const etag = `"${file.version}${encoding === null ? '' : `-${encoding}`}"`;
  const known = matchesTag(request.headers.get('if-none-match'), etag);
  return {
    status: known ? 304 : 200,
    encoding,
    path: encoding === null ? file.path : file.path + suffixes[encoding],
    headers: {
      etag,
      vary: 'accept-encoding',
      'cache-control': cacheControl[caching],
      ...(known ? {} : { 'content-type': file.type }),
      ...(known || encoding === null ? {} : { 'content-encoding': encoding }),
    },
  };
}

export const answerChosen = (chosen: Chosen): Response =>
  new Response(chosen.status === 304 ? null : Bun.file(chosen.path), {
    status: chosen.status,
    headers: chosen.headers,
  });
