import { describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { browserLanguage } from '../lib/locale.ts';

const rooms = readdirSync(`${import.meta.dir}/en`).map((file) => file.replace(/\.ts$/, ''));

/** `path → what lies there`, for every word of a room. */
function wordsOf(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => wordsOf(inner, path === '' ? key : `${path}.${key}`));
}

describe('every room speaks both languages', () => {
  for (const name of rooms)
    test(name, async () => {
      const load = async (language: string) =>
        wordsOf(((await import(`./${language}/${name}.ts`)) as Record<string, unknown>)[name]);
      const [english, german] = await Promise.all([load('en'), load('de')]);
      expect(german.map(([path]) => path)).toEqual(english.map(([path]) => path));
      for (const [path, words] of [...english, ...german])
        if (typeof words === 'string') expect(`${path}: ${words.trim()}`).not.toBe(`${path}: `);
    });
});

describe('the language of a visit', () => {
  const wishes: [wanted: string[], language: 'en' | 'de'][] = [
    [['de-CH', 'en'], 'de'],
    [['fr-FR', 'de'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ];
  for (const [wanted, language] of wishes)
    test(`for ${wanted.join(', ') || 'no wish'} is ${language}`, () => expect(browserLanguage(wanted)).toBe(language));
});
