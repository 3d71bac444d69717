import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';
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

/** Puts `src/early.js` as a plain script before all else: it decides light or dark, and modules run after the first paint. */
const early = (): Plugin => {
  let reference: string | undefined;
  return {
    name: 'early',
    buildStart() {
      const source = readFileSync(join(import.meta.dirname, 'src/early.js'), 'utf8');
      if (this.environment.mode === 'build')
        reference = this.emitFile({ type: 'asset', name: 'early.js', source: withoutComments(source) });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle, filename }) {
        if (!filename.endsWith('index.html')) return [];
        const built = Object.keys(bundle ?? {}).find((name) => /\bearly-.*\.js$/.test(name));
        if (reference && !built) throw new Error('early.js is missing in the build');
        return [{ tag: 'script', attrs: { src: built ? `/${built}` : '/src/early.js' }, injectTo: 'head-prepend' }];
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
  plugins: [early(), solid(), licences(), pageSizes(), precompress()],
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
