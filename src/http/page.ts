import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { staticPlugin } from '@elysiajs/static';
import { Elysia } from 'elysia';
import { notFound } from '../core/errors.ts';
import { preferredEncoding } from '../lib/negotiate.ts';
import { answerChosen, builtAssets, builtHtml, choose } from './built-files.ts';
import { familyOf } from './families.ts';
import type { Teller } from './told.ts';

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Dynamight</title>
<h1>The page is not built</h1>
<p>Run <code>./scripts/build</code> in the checkout and start again. The API answers already.</p></html>
`;

const gzipOnly = new Set(['gzip'] as const);

/** Paths the page's own router may use: plain lower-case segments, outside every API and outside our static folders. */
const clientRoute = /^(\/[a-z0-9][a-z0-9_-]*)+\/?$/;
const reserved = /^\/(assets|oauth)(\/|$)/;

const wantsPage = (request: Request, path: string): boolean =>
  clientRoute.test(path) &&
  !reserved.test(path) &&
  familyOf(path) === null &&
  (request.headers.get('accept') ?? '').toLowerCase().includes('text/html');

/**
 * The built page: `/` and the page's own routes answer `index.html`, `/assets/…` its hashed files. `dir` is the folder
 * Vite made (see config/assets.ts), null in a checkout where it was not built. With `tell`, the HTML carries what the page
 * at that address asks first; it is then as private as those answers, and never kept.
 *
 * `@elysiajs/static` makes one route per file that exists when the program starts, so no path of a request ever
 * reaches the filesystem, and sends the plain files. It can neither choose between encodings nor write a valid ETag
 * (its own goes out without quotes and with a timer that keeps the process alive), so the hook before it answers
 * conditional requests and sends the `.br` or `.gz` that lies beside a file.
 *
 * A promise, because the package lists its folder asynchronously: whoever listens awaits `http.modules` first.
 */
export async function pageRoutes(dir: string | null, tell: Teller | null = null) {
  const hidden = { detail: { hide: true } };
  const page = new Elysia({ name: 'page' });
  if (dir === null)
    return page.get(
      '/',
      () => new Response(notBuilt, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
      hidden,
    );

  const assets = builtAssets(dir);
  const index = builtHtml(dir, 'index.html');
  const html = readFileSync(index.path, 'utf8');
  const answerPage = async (request: Request, path: string): Promise<Response> => {
    if (!tell || request.method === 'HEAD') return answerChosen(choose(index, request, 'no-cache'));
    const told = `<head><script type="application/json" id="told">${await tell(request, path)}</script>`;
    const bytes = Buffer.from(html.replace('<head>', () => told));
    const packed = preferredEncoding(request.headers.get('accept-encoding'), gzipOnly) !== null;
    return new Response(packed ? Bun.gzipSync(bytes, { level: 4 }) : bytes, {
      headers: {
        'content-type': index.type,
        'cache-control': 'no-store',
        vary: 'accept-encoding, cookie',
        ...(packed ? { 'content-encoding': 'gzip' } : {}),
      },
    });
  };
  const plainFiles = await staticPlugin({
    assets: join(dir, 'assets'),
    prefix: '/assets',
    alwaysStatic: true,
    ignorePatterns: [/\.(br|gz)$/],
    etag: false,
    indexHTML: false,
    silent: true,
    detail: { hide: true },
  });
  return page
    .get('/', ({ request, path }) => answerPage(request, path), hidden)
    .get(
      '/*',
      ({ request, path }) => {
        if (!wantsPage(request, path)) throw notFound('Page');
        return answerPage(request, path);
      },
      hidden,
    )
    .onBeforeHandle(({ request, path, set }) => {
      const file = assets.get(path);
      if (!file) return;
      const chosen = choose(file, request, 'immutable');
      if (chosen.status === 200 && chosen.encoding === null) {
        Object.assign(set.headers, chosen.headers);
        return;
      }
      return answerChosen(chosen);
    })
    .use(plainFiles);
}
