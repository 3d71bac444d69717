import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markupOf } from './icons.ts';

const root = join(import.meta.dir, '..');
const packageFolder = join(root, 'node_modules/lucide-solid/dist/esm/icons');

test('every icon the page uses keeps every shape it has in its package', () => {
  const folder = join(root, 'ui/src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const used = new Set(
    sources.flatMap((text) => [...text.matchAll(/lucide-solid\/icons\/([\w-]+)/g)].map(([, name]) => name)),
  );
  expect(used.size).toBeGreaterThan(30);
  for (const name of used) {
    const source = readFileSync(join(packageFolder, `${name}.mjs`), 'utf8');
    const shapes = source.match(/\bkey: ["']/g)?.length;
    expect({ name, shapes: markupOf(source).match(/<\w+( [\w-]+="[^"<>]+")+\/>/g)?.length }).toEqual({ name, shapes });
  }
});

test('a shape is written with its attributes, without the key', () => {
  const source =
    '["circle", { cx: "12", cy: "12", r: "10", key: "1mglay" }],\n["path", { "fill-rule": "evenodd", d: "M12 6v6" }]';
  expect(markupOf(source)).toBe('<circle cx="12" cy="12" r="10"/><path fill-rule="evenodd" d="M12 6v6"/>');
});
