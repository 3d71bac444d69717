import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** kB (1000 bytes) of gzip. */
const limits = { script: 90, style: 20, route: 40 };

/** Parts loaded by a press and never by an address: counted with the routes' limit. */
interface Chunk {
  type: 'chunk' | 'asset';
  fileName: string;
  code?: string;
  source?: string | Uint8Array;
  imports?: string[];
  dynamicImports?: string[];
  facadeModuleId?: string | null;
  viteMetadata?: { importedCss: Set<string> };
}

/** Prints what the page weighs, and fails the build when it is too heavy. */
export const pageSizes = (): Plugin => ({
  name: 'page-sizes',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_, output) {
      const bundle = output as unknown as Record<string, Chunk>;
      const packed = new Map<string, number>();
      const weigh = (name: string): number => {
        const known = packed.get(name);
        if (known !== undefined) return known;
        const chunk = bundle[name];
        const size = chunk ? gzipSync(Buffer.from(chunk.code ?? chunk.source ?? ''), { level: 9 }).length : 0;
        packed.set(name, size);
        return size;
      };
      const withImports = (name: string, seen = new Set<string>()): Set<string> => {
        if (seen.has(name)) return seen;
        seen.add(name);
        for (const next of bundle[name]?.imports ?? []) withImports(next, seen);
        return seen;
      };
      const stylesOf = (names: Iterable<string>) =>
        new Set([...names].flatMap((name) => [...(bundle[name]?.viteMetadata?.importedCss ?? [])]));
      const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + weigh(name), 0) / 1000;

      const page = Object.values(bundle).find((chunk) => chunk.facadeModuleId?.endsWith('ui/index.html'));
      if (!page) return;
      const first = withImports(page.fileName);
      const firstStyles = stylesOf(first);
      const early = Object.keys(bundle).filter((name) => /\b(early|warm)-.*\.js$/.test(name));
      const lines: [name: string, kB: number, limit: number][] = [
        ['first load, script', total([...first, ...early]), limits.script],
        ['first load, style', total(firstStyles), limits.style],
      ];
      for (const chunk of Object.values(bundle)) {
        const id = chunk.facadeModuleId ?? '';
        if (chunk.type !== 'chunk' || chunk === page || !/\/ui\/src\/.*\.tsx$/.test(id)) continue;
        const own = [...withImports(chunk.fileName)].filter((name) => !first.has(name));
        const styles = [...stylesOf(own)].filter((name) => !firstStyles.has(name));
        lines.push([id.replace(/^.*\/ui\/src\//, ''), total([...own, ...styles]), limits.route]);
      }
      const heavy = lines.filter(([, kB, limit]) => kB > limit);
      const shown = lines.map(([name, kB, limit]) => `${kB.toFixed(1).padStart(7)} kB of ${limit}  ${name}`);
      console.log(`The page, gzip:\n${shown.join('\n')}`);
      if (heavy.length > 0) this.error(`Too heavy: ${heavy.map(([name]) => name).join(', ')}`);
    },
  },
});
