import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { sidewaysFindings } from '../harness/good-screen.ts';
import { type LivedIn, openLivedIn } from '../harness/lived-in.ts';
import { addressesOf } from '../harness/places.ts';
import { narrow, visits, wide } from '../harness/visits.ts';

setDefaultTimeout(120_000);
const { at, visit } = visits({ locale: 'de-DE' });
let place: LivedIn;
beforeAll(async () => {
  place = await openLivedIn();
});
afterAll(() => place?.box.close());

const words = join(import.meta.dir, '../../ui/src/i18n');
type Leaves = Map<string, unknown>;

/** `base.login.title` → what stands there. */
function leavesOf(value: unknown, path: string, found: Leaves): Leaves {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) leavesOf(inner, `${path}.${key}`, found);
  else found.set(path, value);
  return found;
}
async function speech(language: 'en' | 'de'): Promise<Leaves> {
  const found: Leaves = new Map();
  for (const file of readdirSync(join(words, language)))
    leavesOf(await import(join(words, language, file)), file, found);
  return found;
}

/** Everything a German reader reads or hears: text, labels, titles, placeholders. What a log says is English. */
const readOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const ofLog = new Set(
      [...document.querySelectorAll<HTMLElement>('.virtual-list')].flatMap((list) => list.innerText.split('\n')),
    );
    const said = document.body.innerText.split('\n').filter((line) => !ofLog.has(line));
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder']) said.push(element.getAttribute(name) ?? '');
    return said.map((line) => line.trim()).filter(Boolean);
  });

describe('German', () => {
  test('says every sentence English says, each of its own', async () => {
    const [english, german] = [await speech('en'), await speech('de')];
    expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    const copied = [...english]
      .filter(
        ([path, text]) => typeof text === 'string' && /[a-z]+ [a-z]+ [a-z]+/i.test(text) && german.get(path) === text,
      )
      .filter(([, text]) => !/^dynamight |^Switch to English$|^Auf Deutsch/.test(text as string));
    expect(copied).toEqual([]);
  });

  test('is what a German browser gets on every page, with nothing left in English', () =>
    at(place.box, async ({ page, forgive }) => {
      await place.enter(page.context());
      const [english, german] = [await speech('en'), await speech('de')];
      const germanTexts = new Set([...german.values()].filter((text) => typeof text === 'string'));
      const onlyEnglish = new Set(
        [...english.values()].filter((text) => typeof text === 'string' && text.length > 3 && !germanTexts.has(text)),
      );
      // What the server says, in English, and what somebody called something.
      const ownWords = JSON.stringify([
        ...(await Promise.all(Object.values(place.runs).map((run) => place.by.call('GET', `/api/runs/${run}`)))),
        ...(await Promise.all(Object.values(place.runs).map((run) => place.by.call('GET', `/api/runs/${run}/errors`)))),
        ...(await Promise.all(Object.values(place.jobs).map((job) => place.by.call('GET', `/api/jobs/${job}`)))),
        await place.by.call('GET', '/api/attention'),
      ]);
      for (const [name, address] of Object.entries(addressesOf(place))) {
        await page.goto(place.box.url + address);
        await page.getByRole('heading').first().waitFor();
        await page.waitForFunction(() => document.querySelector('main .skeleton, main [aria-busy="true"]') === null);
        expect({ name, lang: await page.evaluate(() => document.documentElement.lang) }).toEqual({ name, lang: 'de' });
        const left = (await readOut(page)).filter(
          (line) =>
            (onlyEnglish.has(line) || / (the|and|is|are|of|has|with|not|your) /.test(` ${line} `)) &&
            !ownWords.includes(JSON.stringify(line).slice(1, -1)),
        );
        expect({ name, left }).toEqual({ name, left: [] });
        await page.setViewportSize(narrow.small);
        expect({ name, found: await sidewaysFindings(page) }).toEqual({ name, found: [] }); // German words are long
        await page.setViewportSize(wide);
      }
      forgive(); // what is not there was asked for
    }));

  test('begins before the login, and can be changed to English and back without a reload', () =>
    visit(async ({ page }) => {
      await page.getByRole('button', { name: 'Konto anlegen' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
      const onlyHere = 'still the same document';
      await page.evaluate((mark) => Object.assign(window, { mark }), onlyHere);
      await page.getByLabel('Name', { exact: true }).fill('alice');
      await page.getByLabel('Passwort', { exact: true }).fill('correct horse battery');
      await page.getByRole('button', { name: 'Konto anlegen' }).click();
      const shown = (name: string) => page.getByRole('navigation', { name, exact: true }).waitFor();
      await shown('Hauptnavigation');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await page.keyboard.type('English');
      await page.keyboard.press('Enter');
      await shown('Main');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await page.keyboard.type('Deutsch');
      await page.keyboard.press('Enter');
      await shown('Hauptnavigation');
      expect(await page.evaluate(() => (window as unknown as { mark?: string }).mark)).toBe(onlyHere);
    }));
});
