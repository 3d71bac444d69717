import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rollup } from 'vite';
import solid from 'vite-plugin-solid';
import { icons } from './icons.ts';
import { licences } from './licences.ts';
import { pageSizes } from './page-sizes.ts';

const worthPacking = 1024;

/** Lays `.br` and `.gz` beside every text file of the page, so that the box never compresses while it serves. */
const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(html|js|css|svg|json)$/.test(fileName)) continue;
        const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
        if (bytes.length < worthPacking) continue;
        const quality = { [constants.BROTLI_PARAM_QUALITY]: bytes.length > 500_000 ? 9 : 11 };
        this.emitFile({
          type: 'asset',
          fileName: `${fileName}.br`,
          source: brotliCompressSync(bytes, { params: quality }),
        });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
      }
    },
  },
});

/**
 * Puts `src/early.js` as a plain script before all else, because modules run after the first paint; names to it the
 * worker of `src/warm.js` and the files of the pages a visit begins at; and has the font fetched with the page, not after the first text was laid out without it.
 */
const early = (): Plugin => {
  const scripts = ['early.js', 'warm.js'];
  return {
    name: 'early',
    buildStart() {
      if (this.environment.mode !== 'build') return;
      for (const name of scripts) {
        const source = readFileSync(join(import.meta.dirname, 'src', name), 'utf8');
        this.emitFile({ type: 'asset', name, source: withoutComments(source) });
      }
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle, filename }) {
        if (!filename.endsWith('index.html')) return [];
        const built = (pattern: RegExp) => {
          const found = Object.keys(bundle ?? {}).find((name) => pattern.test(name));
          if (bundle && !found) throw new Error(`${pattern} is missing in the build`);
          return found && `/${found}`;
        };
        const src = built(/\bearly-.*\.js$/) ?? '/src/early.js';
        const font = built(/\bfigtree-latin-wght-.*\.woff2$/);
        const routes = bundle && JSON.stringify(routeFiles(Object.values(bundle)));
        return [
          {
            tag: 'script',
            attrs: {
              src,
              'data-warm': built(/\bwarm-.*\.js$/) ?? '/src/warm.js',
              ...(routes ? { 'data-routes': routes } : {}),
            },
            injectTo: 'head-prepend',
          },
          ...(font
            ? [
                {
                  tag: 'link',
                  attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: font },
                  injectTo: 'head' as const,
                },
              ]
            : []),
        ];
      },
    },
  };
};

/** Its page comes with the first load. */
const homePage = '/features/overview/overview.tsx';
/** The other addresses a visit begins at, and the page of each. */
const firstAddresses = {
  '/jobs': 'jobs/jobs.tsx',
  '/jobs/:id': 'jobs/job.tsx',
  '/runs': 'runs/history.tsx',
  '/runs/:id': 'runs/run.tsx',
};
type Built = Rollup.OutputBundle[string];

/** What the page at each of those addresses needs beyond the first load, by address. */
function routeFiles(bundle: readonly Built[]): Record<string, string[]> {
  const chunks = new Map(bundle.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  const chunkOf = (end: string) => {
    const found = [...chunks.values()].find((chunk) => chunk.facadeModuleId?.endsWith(end));
    if (!found) throw new Error(`${end} has no chunk of its own`);
    return found.fileName;
  };
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const next of chunks.get(name)?.imports ?? []) withImports(next, seen);
    return seen;
  };
  const filesOf = (name: string) => {
    const names = [...withImports(name)];
    return [...names, ...names.flatMap((one) => [...(chunks.get(one)?.viteMetadata?.importedCss ?? [])])];
  };
  const first = new Set(filesOf(chunkOf('/ui/index.html')));
  return Object.fromEntries(
    Object.entries(firstAddresses).map(([path, end]) => [
      path,
      filesOf(chunkOf(`/features/${end}`))
        .filter((name) => !first.has(name))
        .map((name) => `/${name}`),
    ]),
  );
}
/** The modules of the first load: what the page starts with, the page at `/`, and all these need from the start. */
function firstModules() {
  const modules = new Set<string>();
  const plugin: Plugin = {
    name: 'first-modules',
    buildEnd() {
      const add = (id: string) => {
        if (modules.has(id)) return;
        modules.add(id);
        for (const next of this.getModuleInfo(id)?.importedIds ?? []) add(next);
      };
      for (const root of ['/ui/index.html', homePage]) {
        const found = [...this.getModuleIds()].find((id) => id.endsWith(root));
        if (found) add(found);
        else this.error(`${root} is missing`);
      }
    },
  };
  return { modules, plugin };
}
const first = firstModules();
const withoutComments = (source: string) => source.replace(/^\s*\/\/.*\n/gm, '');

const folderOf = (name: string) => (/^docs\b/.test(name) ? 'assets/docs' : 'assets');

/** `index.html` is the page, `docs.html` the API documentation; all else lands hashed under `/assets/`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [early(), first.plugin, icons(), solid(), licences(), pageSizes(), precompress()],
  build: {
    outDir: '../build/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      checks: { pluginTimings: false },
      input: { index: 'index.html', docs: 'docs.html' },
      output: {
        entryFileNames: (chunk) => `${folderOf(chunk.name)}/[name]-[hash].js`,
        assetFileNames: (asset) => `${folderOf(asset.names[0] ?? '')}/[name]-[hash][extname]`,
        // What every visit needs is one file, not a dozen: each costs the browser a question, a module and a place to keep it.
        codeSplitting: {
          // So is the overview, where most visits begin.
          groups: [{ name: 'first', test: (id) => first.modules.has(id) }],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: process.env['DYNAMIGHT_URL'] ?? 'http://localhost:3862', ws: true } } },
});
