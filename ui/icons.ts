import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const prefix = 'lucide-solid/icons/';

/**
 * `lucide-solid/icons/<name>` as one piece of markup that is cloned (`src/components/drawn-icon.ts`). The component of the
 * package puts every line of an icon together with an effect of its own, which made icons the dearest part of a page.
 */
export const icons = (): Plugin => ({
  name: 'icons',
  enforce: 'pre',
  resolveId: (source) => (source.startsWith(prefix) ? `\0icon:${source.slice(prefix.length)}` : null),
  load(id) {
    if (!id.startsWith('\0icon:')) return null;
    const name = id.slice('\0icon:'.length);
    const source = readFileSync(join(folder, `${name}.mjs`), 'utf8');
    return `import { drawnIcon } from ${JSON.stringify(drawn)};
export default /* @__PURE__ */ drawnIcon(${JSON.stringify(name)}, ${JSON.stringify(markupOf(source))});`;
  },
});
const folder = join(import.meta.dirname, '../node_modules/lucide-solid/dist/esm/icons');
const drawn = join(import.meta.dirname, 'src/components/drawn-icon.ts');

/** Of the text of a file of the package, where shapes are written `["path", { d: "M12 6v6l4 2", key: "mmk7yg" }]`. */
export function markupOf(source: string): string {
  const shapes = [...source.matchAll(/\[\s*["'](\w+)["'],\s*\{([^}]*)\}\s*\]/g)].map(([, tag, inside = '']) => {
    const attributes = [...inside.matchAll(/["']?([\w-]+)["']?:\s*["']([^"']*)["']/g)].filter(
      ([, name]) => name !== 'key',
    );
    return `<${tag}${attributes.map(([, name, value]) => ` ${name}="${value}"`).join('')}/>`;
  });
  if (shapes.length === 0) throw new Error('An icon without a shape');
  return shapes.join('');
}
