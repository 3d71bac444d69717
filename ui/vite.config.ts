import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';

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

const folderOf = (name: string) => (/^docs\b/.test(name) ? 'assets/docs' : 'assets');

/** `index.html` is the page, `docs.html` the API documentation; all else lands hashed under `/assets/`. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [solid(), precompress()],
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
  server: { proxy: { '/api': 'http://localhost:3862' } },
});
