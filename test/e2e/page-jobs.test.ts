import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expectAccessible, expectGoodScreen } from '../harness/good-screen.ts';
import { hostile } from '../harness/lived-in.ts';
import {
  call,
  ended,
  field,
  isInside,
  jobOf,
  makeFolders,
  moveIn,
  press,
  saveJob,
  sees,
  seesHeading,
  startRun,
} from '../harness/page-steps.ts';
import { visits } from '../harness/visits.ts';

setDefaultTimeout(60_000);
const { visit } = visits();

const runNow = (page: Page, name = 'Photos') => page.getByRole('button', { name: `Run now: ${name}` }).click();
const noImages = async (page: Page) => expect(await page.locator('img[src="x"]').count()).toBe(0);

describe('the overview', () => {
  test('shows a new backup by itself, runs it with one press, and says what became of it', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      await page.goto(box.url);
      await seesHeading(page, 'No backups yet');
      const folders = makeFolders(box.files);
      await saveJob(page, jobOf(folders));
      await seesHeading(page, 'Photos has not run yet');
      await runNow(page);
      await seesHeading(page, /^(Everything is safe|Your backups are safe)/); // the clock may need a look
      await sees(page, /^Safe, .*150 files/);
      expect(readFileSync(join(folders.usb, 'copy/photos/7.jpg'), 'utf8')).toBe('picture 7');
      rmSync(folders.photos, { recursive: true });
      await runNow(page);
      await seesHeading(page, 'Photos is not safe');
      await sees(page, `The source ${folders.photos} is not there.`);
      await expectGoodScreen(page);
      await page.getByRole('link', { name: /^See what happened/ }).click();
      await seesHeading(page, 'A source folder was not there.');
    }));

  test('shows how far a run is, and stops it when told to', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const folders = makeFolders(box.files);
      writeFileSync(join(folders.photos, 'film.mp4'), Buffer.alloc(40_000_000));
      await saveJob(page, jobOf(folders, { bandwidth_limit_kbps: 1000 }));
      await page.goto(box.url);
      await page.getByRole('button', { name: 'Run now: Photos' }).dblclick(); // the second click is none on "Stop"
      await page.getByRole('progressbar', { name: 'Progress of Photos' }).first().waitFor();
      await sees(page, /of 151 files · .+ of 40 MB/);
      await expectGoodScreen(page);
      await page.getByRole('button', { name: 'Stop: Photos' }).click();
      await sees(page, /^Stopped /);
    }));
});

describe('a backup', () => {
  test('is made with folders picked in a tree, shown before anything is written, and kept as it was told', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const { photos, usb } = makeFolders(box.files, 20);
      writeFileSync(join(photos, hostile), 'x'.repeat(100_000));
      writeFileSync(join(photos, 'left.tmp'), 'out');
      mkdirSync(join(box.files, hostile));
      await page.goto(`${box.url}/jobs/new`);
      await press(page, 'Create backup');
      await sees(page, 'Choose at least one folder.');
      await press(page, 'Add a folder');
      const tree = page.getByRole('tree', { name: 'Folders' });
      await tree.waitFor();
      await page.getByRole('treeitem', { name: hostile }).waitFor();
      await noImages(page);
      await expectAccessible(page);
      await tree.focus();
      await page.getByRole('treeitem', { name: 'photos' }).click();
      await press(page, 'Choose this folder');
      await sees(page, photos);
      await page.getByRole('radio', { name: 'A folder on this box' }).check();
      await field(page, 'Folder').fill(usb);
      await field(page, 'Folder').blur();
      await page.getByRole('textbox', { name: 'Name' }).fill('My pictures');
      await page.getByRole('textbox', { name: 'Patterns' }).fill('*.tmp');
      await press(page, 'Look ahead');
      await sees(page, 'Nothing stands in the way of a run.');
      await page.getByText(/largest file/).click();
      await sees(page, `photos/${hostile}`);
      await noImages(page);
      await press(page, 'Try the patterns');
      await sees(page, /1 file left out/);
      await expectGoodScreen(page);
      await press(page, 'Create backup');

      await page.waitForURL(/\/jobs\/\d+$/);
      await seesHeading(page, 'My pictures');
      expect(readdirSync(usb)).toEqual([]); // looking ahead wrote nothing
      expect(await call<unknown[]>(page, 'GET', '/api/jobs')).toMatchObject([
        { name: 'My pictures', source_dirs: [photos], sync_options: { exclude_patterns: ['*.tmp'] } },
      ]);
      await runNow(page, 'My pictures');
      await sees(page, 'My pictures: completed.');
      expect(existsSync(join(usb, 'photos', hostile))).toBe(true);
      expect(existsSync(join(usb, 'photos/left.tmp'))).toBe(false);
    }));

  test('is edited: nothing is lost by leaving, nothing else is changed by saving', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const options = { delete_extraneous: true, exclude_patterns: ['*.tmp'], max_delete_percent: 20 };
      const id = await saveJob(page, { ...jobOf(makeFolders(box.files, 3), options), description: 'All of them' });
      await call(page, 'POST', `/api/jobs/${id}/schedules`, { schedule_type: 'daily', hour: 2, minute: 0 });
      const before = await call<Record<string, unknown>>(page, 'GET', `/api/jobs/${id}`);
      await page.goto(`${box.url}/jobs/${id}`);
      await page.getByRole('link', { name: 'Edit' }).click();
      await seesHeading(page, 'Edit Photos');
      await page.getByRole('textbox', { name: 'Name' }).fill('Pictures');
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByRole('alertdialog', { name: 'Leave without saving?' }).waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Pictures');
      await press(page, 'Save changes');
      await seesHeading(page, 'Pictures');
      const after = await call<Record<string, unknown>>(page, 'GET', `/api/jobs/${id}`);
      expect(after).toEqual({ ...before, name: 'Pictures', updated_at: expect.any(String) });
    }));

  test('is cloned, and deleted with a word on what goes and what stays', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const folders = makeFolders(box.files, 3);
      const id = await saveJob(page, jobOf(folders));
      await ended(page, await startRun(page, id));
      await page.goto(`${box.url}/jobs`);
      await press(page, 'More for Photos');
      await page.getByRole('menuitem', { name: 'Clone' }).click();
      await press(page, 'Clone backup');
      await page.waitForURL(/\/jobs\/\d+\/edit$/);
      await page.goto(`${box.url}/jobs/${id}`);
      await press(page, 'More for Photos');
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Delete the backup Photos?' });
      await dialog.waitFor();
      expect(await dialog.innerText()).toContain('All its runs with their logs and statistics');
      expect(await dialog.innerText()).toContain(`All files and versions in ${folders.usb}/copy`);
      await expectGoodScreen(page);
      await press(page, 'Delete backup');
      await page.waitForURL(`${box.url}/jobs`);
      await sees(page, 'Photos (copy)');
      expect(await call<unknown[]>(page, 'GET', '/api/jobs')).toMatchObject([{ name: 'Photos (copy)' }]);
      expect(existsSync(join(folders.usb, 'copy/photos/1.jpg'))).toBe(true);
    }));

  test('that would delete most of its copy stops, shows what would go, and goes on when told to', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const folders = makeFolders(box.files, 30);
      for (let n = 0; n < 30; n += 1) writeFileSync(join(folders.photos, `${hostile} ${n}`), `${n}`);
      const id = await saveJob(page, jobOf(folders, { delete_extraneous: true, max_delete_percent: 10 }, hostile));
      await ended(page, await startRun(page, id));
      for (let n = 1; n < 30; n += 1) rmSync(join(folders.photos, `${hostile} ${n}`));
      const run = await startRun(page, id);
      expect(await ended(page, run)).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
      await page.goto(`${box.url}/runs/${run}`);
      await sees(page, 'It stopped before deleting');
      await press(page, 'Show the files');
      const list = page.getByRole('list', { name: 'Files that would be deleted at the destination' });
      await list.getByText(hostile).first().waitFor();
      await noImages(page);
      await expectGoodScreen(page);
      await press(page, 'Allow these deletions');
      const dialog = page.getByRole('alertdialog', { name: 'Delete 29 files at the destination?' });
      await dialog.waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Allow these deletions' }).click();
      await sees(page, /was started with your confirmation/);
      await sees(page, `${hostile}: completed.`);
      expect(existsSync(join(folders.usb, 'copy/photos', `${hostile} 5`))).toBe(false);
      expect(existsSync(join(folders.usb, 'copy/photos', `${hostile} 0`))).toBe(true);
    }));

  test('gets a schedule in words, which can be switched off and removed', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const id = await saveJob(page, jobOf(makeFolders(box.files, 3)));
      await page.goto(`${box.url}/jobs/${id}`);
      await sees(page, 'It runs only when you start it.');
      await press(page, 'Add a schedule');
      await page.getByRole('radio', { name: 'Every week' }).check();
      await sees(page, 'The next three times');
      await expectGoodScreen(page);
      await press(page, 'Save schedule');
      await sees(page, /^Every \w+day at /);
      await page.getByRole('switch').first().click();
      await sees(page, 'Switched off');
      await page.getByRole('button', { name: /^Remove: Every/ }).click();
      await press(page, 'Remove schedule');
      await sees(page, 'It runs only when you start it.');
      expect(await call<unknown[]>(page, 'GET', `/api/jobs/${id}/schedules`)).toEqual([]);
    }));
});

describe('the report of a run', () => {
  test('names each file that could not be copied, and finds a line of the log by a word of it', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const folders = makeFolders(box.files, 40);
      writeFileSync(join(folders.photos, hostile), 'one');
      const id = await saveJob(page, jobOf(folders));
      mkdirSync(join(folders.usb, 'copy/photos', hostile), { recursive: true }); // stands where the file should go
      writeFileSync(join(folders.usb, 'copy/photos', hostile, 'inside'), 'x');
      const run = await startRun(page, id);
      expect(await ended(page, run)).toMatchObject({ status: 'failed', reason: 'partial' });
      await page.goto(`${box.url}/runs/${run}`);
      await seesHeading(page, /^1 file could not be copied/);
      await page.getByText(`photos/${hostile}`, { exact: true }).first().waitFor();
      await noImages(page);
      await field(page, 'Search the log').fill('photos/17.jpg');
      await sees(page, /1 line found in all/);
      await expectGoodScreen(page);
      await press(page, 'Clear the search');
      await page.getByRole('radio', { name: 'Errors' }).check();
      await page.getByRole('list', { name: 'Lines of the log' }).getByText(hostile).first().waitFor();
      await noImages(page);
      // Few lines take little room.
      const lines = await page.locator('.log-line').count();
      const height = await page.locator('.log-window').evaluate((box) => box.clientHeight);
      expect(lines).toBeLessThan(4);
      expect(height).toBeLessThan(lines * 30);
    }));
});

describe('the history', () => {
  test('lists and draws what ran, and finds the runs that failed', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const folders = makeFolders(box.files, 40);
      const good = await saveJob(page, jobOf(folders));
      await ended(page, await startRun(page, good));
      const letters = join(box.files, 'letters');
      mkdirSync(letters);
      const bad = await saveJob(page, jobOf({ ...folders, photos: letters }, {}, 'Letters', 'letters'));
      rmSync(letters, { recursive: true });
      await ended(page, await startRun(page, bad));
      await page.goto(`${box.url}/runs`);
      await seesHeading(page, 'History');
      await sees(page, /40 files/);
      const columns = await page
        .locator('.run-row-state, .run-row-facts')
        .evaluateAll(
          (cells) => new Set(cells.map((cell) => `${cell.className} ${cell.getBoundingClientRect().x}`)).size,
        );
      expect(columns).toBe(2); // whatever the rows say
      // A bar is what a canvas holds in a colour: lines and words of the chart are grey.
      await page.waitForFunction(() => {
        const canvas = document.querySelector('canvas');
        const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        let coloured = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, opaque = 0] = [data[at], data[at + 1], data[at + 3]];
          if (opaque > 200 && green - red > 40) coloured += 1;
        }
        return coloured > 200;
      });
      await expectGoodScreen(page);
      const links = page.locator('main').getByRole('link', { name: /Photos|Letters/ });
      await page.getByLabel('Outcome').selectOption({ label: 'Failed or incomplete' });
      await links.filter({ hasText: 'Photos' }).first().waitFor({ state: 'detached' });
      await links.filter({ hasText: 'Letters' }).first().click();
      await seesHeading(page, 'A source folder was not there.');
    }));
});

describe('two people', () => {
  test('see what the other one changes', () =>
    visit(async ({ page, box, tab }) => {
      await moveIn(page, box.url);
      const id = await saveJob(page, jobOf(makeFolders(box.files, 3)));
      const other = await tab();
      await Promise.all([page.goto(`${box.url}/jobs/${id}/edit`), other.goto(`${box.url}/jobs`)]);
      await isInside(other);
      await page.getByRole('textbox', { name: 'Name' }).fill('Holidays');
      await press(page, 'Save changes');
      await other.getByText('Holidays').first().waitFor();
    }));
});
