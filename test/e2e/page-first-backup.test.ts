import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expectGoodScreen } from '../harness/good-screen.ts';
import { call, field, makeFolders, moveIn, press, sees, seesHeading, setUp } from '../harness/page-steps.ts';
import { narrow, visits, wide } from '../harness/visits.ts';

setDefaultTimeout(60_000);
const { visit } = visits();

const choose = (page: Page, label: string) => page.getByRole('checkbox', { name: label }).check();
const goOn = (page: Page) => press(page, 'Continue');
const somewhereOnTheBox = async (page: Page, folder: string) => {
  await page.getByRole('radio', { name: 'A folder on this box' }).check();
  await field(page, 'Folder').fill(folder);
  await field(page, 'Folder').blur();
};

describe.each([
  ['on a phone', narrow.small],
  ['on a desk', wide],
])('an empty box %s', (_, size) => {
  test('becomes a first backup without reading anything: name and password, what, where, when, watch, report', () =>
    visit(async ({ page, box }) => {
      const { usb } = makeFolders(box.files);
      await page.setViewportSize(size);
      await setUp(page);
      await seesHeading(page, 'What should be safe?');
      await choose(page, 'photos');
      await expectGoodScreen(page);
      await goOn(page);

      await seesHeading(page, 'Where should the copies go?');
      await somewhereOnTheBox(page, usb);
      await expectGoodScreen(page);
      await goOn(page);

      await seesHeading(page, 'When should it run?');
      await page.getByRole('radio', { name: 'Every day' }).check();
      await sees(page, 'The next three times');
      await sees(page, /150 files/); // what the first run will copy
      await sees(page, 'Nothing stands in the way of a run.');
      await expectGoodScreen(page);
      await press(page, 'Start the first backup');

      await page.waitForURL(/\/runs\/\d+$/);
      await sees(page, /Everything is safe: 150 files/);
      await sees(page, 'photos/99.jpg'); // the end of the log
      await expectGoodScreen(page);
      expect(readFileSync(join(usb, 'photos/7.jpg'), 'utf8')).toBe('picture 7');
      const [job] = await call<{ schedules: { schedule_type: string }[] }[]>(page, 'GET', '/api/jobs');
      expect(job?.schedules).toMatchObject([{ schedule_type: 'daily' }]);

      await page.getByRole('link', { name: 'Overview' }).click();
      await seesHeading(page, /^(Everything is safe|Your backups are safe)/); // the clock may need a look
      await sees(page, /^Safe, .*150 files/);
    }));
});

describe('the three steps', () => {
  test('say what is missing, and keep what was chosen on the way back', () =>
    visit(async ({ page, box }) => {
      const { usb, photos } = makeFolders(box.files, 3);
      mkdirSync(join(photos, 'inside'));
      await moveIn(page, box.url);
      await page.goto(`${box.url}/welcome?step=when`); // nobody stands on a step whose question before it is open
      await seesHeading(page, 'What should be safe?');
      await goOn(page);
      await sees(page, 'Choose at least one folder.');
      await choose(page, 'photos');
      await goOn(page);
      await seesHeading(page, 'Where should the copies go?');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Where should the copies go?');
      await somewhereOnTheBox(page, join(box.files, 'photos/inside'));
      await goOn(page);
      await sees(page, 'The copies cannot go into a folder that is backed up, or around it.');
      await somewhereOnTheBox(page, usb);
      await goOn(page);
      await seesHeading(page, 'When should it run?');
      await press(page, 'Back');
      expect(await field(page, 'Folder').inputValue()).toBe(usb);
      await press(page, 'Back');
      await seesHeading(page, 'What should be safe?');
      expect(await page.getByRole('checkbox', { name: 'photos' }).isChecked()).toBe(true);
    }));

  test('say at the first one that a typed folder is not there, and take one that is', () =>
    visit(async ({ page, box, forgive }) => {
      const { photos } = makeFolders(box.files, 3);
      await moveIn(page, box.url);
      await page.goto(`${box.url}/welcome`);
      await press(page, 'Type a path');
      await field(page, 'Path of the folder').fill(join(box.files, 'fotos'));
      await field(page, 'Path of the folder').blur();
      await sees(page, `There is no folder ${join(box.files, 'fotos')}.`);
      expect(forgive()).toEqual([expect.stringContaining('status of 404')]);
      await expectGoodScreen(page);
      await field(page, 'Path of the folder').fill(join(photos, '/'));
      await field(page, 'Path of the folder').press('Enter');
      await page.getByRole('checkbox', { name: 'photos', checked: true }).waitFor();
      await goOn(page);
      await seesHeading(page, 'Where should the copies go?');
    }));

  test('propose nothing that holds copies already', () =>
    visit(async ({ page, box }) => {
      const { usb } = makeFolders(box.files, 3);
      mkdirSync(join(usb, '.dynamight'));
      mkdirSync(join(usb, 'photos'));
      await moveIn(page, box.url);
      await page.goto(`${box.url}/welcome`);
      await page.getByRole('checkbox', { name: 'photos' }).waitFor();
      expect(await page.getByRole('checkbox').count()).toBe(1);
    }));

  test('end in a backup that was made once, also when the box goes away at the last press', () =>
    visit(async ({ page, box, forgive }) => {
      const { usb } = makeFolders(box.files, 3);
      await moveIn(page, box.url);
      await page.goto(`${box.url}/welcome`);
      await choose(page, 'photos');
      await goOn(page);
      await somewhereOnTheBox(page, usb);
      await goOn(page);
      await page.getByRole('radio', { name: 'Only by hand' }).check();
      await sees(page, 'Nothing stands in the way of a run.');
      await box.stop();
      await press(page, 'Start the first backup');
      await sees(page, /The box did not answer/);
      await box.start();
      forgive(); // what was asked while nobody answered
      await press(page, 'Start the first backup');
      await page.waitForURL(/\/runs\/\d+$/);
      await sees(page, /Everything is safe: 3 files/);
      expect(await call<unknown[]>(page, 'GET', '/api/jobs')).toHaveLength(1);
      forgive();
    }));
});
