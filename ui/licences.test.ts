import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectLicences, packagesOfPage } from './licences.ts';

const root = join(import.meta.dir, '..');
const all = collectLicences(root);
const names = new Set(all.packages.map(({ name }) => name));

describe('the licences shown in the page', () => {
  test('name every package the page and the program import', () => {
    const imported = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) => [
        ...readFileSync(join(root, 'src', file), 'utf8').matchAll(
          /(?:\bfrom |\bimport\()'((?:@[\w.-]+\/)?[a-z][\w.-]*)['/]/g,
        ),
      ])
      .map((match) => match[1] ?? '')
      .filter((name) => !/^(node|bun):|^bun$/.test(name));
    expect(imported.length).toBeGreaterThan(20);
    expect([...imported, ...packagesOfPage(root)].filter((name) => !names.has(name))).toEqual([]);
    for (const name of ['elysia', 'drizzle-orm', 'swagger-ui-dist', 'solid-js', '@kobalte/core', 'bun'])
      expect(names).toContain(name);
  });

  test('name what comes along with those, and the font', () => {
    for (const name of ['@noble/hashes', '@floating-ui/core', 'seroval', '@fontsource-variable/figtree'])
      expect(names).toContain(name);
  });

  test('leave out what is only there to build and test', () => {
    for (const name of ['vite', 'typescript', 'playwright-core', '@types/node', '@scarf/scarf', 'yargs'])
      expect(names).not.toContain(name);
  });

  test('have the version, the name and the whole text of each', () => {
    for (const { name, version, licence, texts } of all.packages) {
      expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d/) });
      expect({ name, licence }).toEqual({ name, licence: expect.stringMatching(/\w/) });
      expect({ name, texts: texts.length > 0 }).toEqual({ name, texts: true });
      expect(texts.map((at) => all.texts[at] ?? '').join('').length).toBeGreaterThan(500);
    }
  });

  test('say every text once, and that of Dynamight first of all', () => {
    expect(new Set(all.texts).size).toBe(all.texts.length);
    expect(all.own).toStartWith('MIT License');
  });
});
