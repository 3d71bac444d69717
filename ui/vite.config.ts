import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
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
 * worker of `src/warm.js`; and has the font fetched with the page, not after the first text was laid out without it.
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
        return [
          {
            tag: 'script',
            attrs: { src, 'data-warm': built(/\bwarm-.*\.js$/) ?? '/src/warm.js' },
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
const withoutComments = (source: string) => source.replace(/^\s*\/\/.*\n/gm, '');

const folderOf = (name: string) => (/^docs\b/.test(name) ? 'assets/docs' : 'assets');

/** `index.html` is the page, `docs.html` the API documentation; all else lands hashed under `/assets/`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [early(), icons(), solid(), licences(), pageSizes(), precompress()],
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
      },
    },
  },
  server: { proxy: { '/api': { target: process.env['DYNAMIGHT_URL'] ?? 'http://localhost:3862', ws: true } } },
});
