import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { expectAccessible } from '../harness/good-screen.ts';
import { type LivedIn, openLivedIn } from '../harness/lived-in.ts';
import { isInside, seesHeading } from '../harness/page-steps.ts';
import { visits } from '../harness/visits.ts';

setDefaultTimeout(60_000);
const { at } = visits();
let place: LivedIn;
beforeAll(async () => {
  place = await openLivedIn();
});
afterAll(() => place?.box.close());

const inside = (walk: (page: Page) => Promise<void>, address = '/') =>
  at(place.box, async ({ page }) => {
    await place.enter(page.context());
    await page.goto(place.box.url + address);
    await isInside(page);
    await walk(page);
  });
const path = (page: Page) => new URL(page.url()).pathname;
const palette = (page: Page) => page.getByRole('combobox', { name: 'Go to or do' });

describe('the command palette', () => {
  test('opens with Ctrl-K anywhere, finds a backup by a few letters, and goes there with Enter', () =>
    inside(async (page) => {
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      await expectAccessible(page);
      await page.keyboard.type('open pho');
      await page.getByRole('option', { name: 'Open Photos' }).waitFor();
      expect(await page.getByRole('option', { selected: true }).innerText()).toBe('Open Photos');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/jobs/${place.jobs.whole}`);
      await seesHeading(page, 'Photos');
    }));

  test('moves with the arrows, says which one is chosen, and Escape gives the focus back', () =>
    inside(async (page) => {
      const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' });
      await link.focus();
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      const chosen = () => page.getByRole('option', { selected: true }).innerText();
      const first = await chosen();
      await page.keyboard.press('ArrowDown');
      expect(await chosen()).not.toBe(first);
      const active = await palette(page).getAttribute('aria-activedescendant');
      expect(await page.getByRole('option', { selected: true }).getAttribute('id')).toBe(active);
      await page.keyboard.press('Escape');
      await palette(page).waitFor({ state: 'detached' });
      await page.waitForFunction((element) => element === document.activeElement, await link.elementHandle());
    }));

  test('starts a backup', () =>
    inside(async (page) => {
      const lastRun = async () => (await place.by.call('GET', `/api/jobs/${place.jobs.whole}`)).last_run.id as number;
      const before = await lastRun();
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      await page.keyboard.type('run photos');
      await page.getByRole('option', { name: 'Run Photos now' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Photos has started.').first().waitFor();
      expect(await lastRun()).toBeGreaterThan(before);
      await place.by.call('POST', `/api/jobs/${place.jobs.whole}/cancel`);
      await page.getByText('Photos: stopped.').first().waitFor();
    }));
});

describe('shortcuts', () => {
  test('are listed by ?, and the list closes with Escape', () =>
    inside(async (page) => {
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await sheet.waitFor();
      await expectAccessible(page);
      expect(await sheet.innerText()).toContain('Go to the history');
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
    }));

  test('go where they say, and do nothing while something is being typed', () =>
    inside(async (page) => {
      for (const [keys, address] of [
        ['gb', '/jobs'],
        ['gh', '/runs'],
        ['go', '/'],
        ['n', '/jobs/new'],
      ] as const) {
        await page.keyboard.type(keys);
        await page.waitForURL(`**${address}`);
      }
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.waitFor();
      await name.focus();
      await page.keyboard.type('gh?');
      expect(path(page)).toBe('/jobs/new');
      expect(await name.inputValue()).toContain('gh?');
    }));
});

describe('the keyboard alone', () => {
  test('reaches the content past the navigation, and everything it stops at can be seen', () =>
    inside(async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
      const seen = new Set<string>();
      for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
          const at = document.activeElement;
          if (!at || at === document.body) return null;
          const { width, height } = at.getBoundingClientRect();
          const style = getComputedStyle(at);
          const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
          const name = at.getAttribute('aria-label') ?? at.textContent?.trim() ?? '';
          return { name: `${at.tagName} ${name}`.slice(0, 80), visible: width > 0 && height > 0, marked };
        });
        if (stop === null) break;
        expect(stop).toMatchObject({ visible: true, marked: true });
        seen.add(stop.name);
      }
      expect(seen.size).toBeGreaterThan(5);
    }, '/jobs'));
});
