import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type ListeningBox, openBox } from '../harness/listening.ts';
import { call, ended, isInside, jobOf, makeFolders, moveIn, saveJob, sees, startRun } from '../harness/page-steps.ts';
import { eventually } from '../harness/processes.ts';
import { visits } from '../harness/visits.ts';

setDefaultTimeout(60_000);
const { visit } = visits();

/** A job whose run takes minutes when nobody stops it. */
async function slowJob(page: Page, files: string): Promise<number> {
  const folders = makeFolders(files, 20);
  const film = join(folders.photos, 'film.mp4');
  writeFileSync(film, '');
  truncateSync(film, 500_000_000);
  return saveJob(page, jobOf(folders, { bandwidth_limit_kbps: 1000 }));
}
const icon = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? '');
const title = (page: Page, wanted: RegExp) =>
  page.waitForFunction((text) => new RegExp(text).test(document.title), wanted.source);
const runsNow = (page: Page) => page.getByRole('link', { name: /1 backup running/ }).waitFor();

describe('what runs', () => {
  test('is seen by twelve open tabs as soon as one of them starts it, and its end too', () =>
    visit(async ({ page, box, tab }) => {
      await moveIn(page, box.url);
      const job = await slowJob(page, box.files);
      const others = await Promise.all(Array.from({ length: 11 }, tab));
      const addresses = ['/', '/jobs', `/jobs/${job}`, '/runs', '/settings/profile'];
      await page.goto(`${box.url}/jobs/${job}`);
      for (const [at, one] of others.entries()) await one.goto(box.url + addresses[at % addresses.length]);
      await Promise.all([page, ...others].map(isInside));
      await page
        .getByRole('button', { name: /^Run now/ })
        .first()
        .click();
      await Promise.all([page, ...others].map(runsNow));
      await others[1]?.bringToFront();
      await call(page, 'POST', `/api/jobs/${job}/cancel`);
      await Promise.all(
        [page, ...others].map((one) => one.getByRole('link', { name: /is running/ }).waitFor({ state: 'detached' })),
      );
      await Promise.all(
        [page, ...others].map((one) => one.getByText('Photos: stopped.').first().waitFor({ state: 'attached' })),
      );
    }));

  test('stands in the title of the tab and in its icon, and so does what failed', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const job = await slowJob(page, box.files);
      await page.goto(`${box.url}/jobs`);
      await isInside(page);
      const calm = await icon(page);
      const run = await startRun(page, job);
      await title(page, /^1 running · .* · Dynamight$/);
      const busy = await icon(page);
      expect(busy).not.toBe(calm);
      await call(page, 'POST', `/api/jobs/${job}/cancel`);
      await ended(page, run);
      await title(page, /^(?!1 running)/);
      const folders = makeFolders(box.files);
      const failing = await saveJob(page, jobOf(folders, {}, 'Failing', 'failing'));
      await ended(page, await startRun(page, failing));
      rmSync(folders.photos, { recursive: true });
      await ended(page, await startRun(page, failing));
      await title(page, /^Needs attention · /);
      const failed = await icon(page);
      expect([calm, busy]).not.toContain(failed);
    }));
});

test('the overview comes with its page: what it says first needs no further answer', () =>
  visit(async ({ page, box, tab }) => {
    await moveIn(page, box.url);
    await saveJob(page, jobOf(makeFolders(box.files, 3)));
    const alone = await tab();
    // For this tab the box is silent.
    await alone.route('**/api/**', () => {});
    await alone.addInitScript(() => {
      class SilentSocket extends EventTarget {
        send() {}
        close() {}
      }
      Object.assign(window, { WebSocket: SilentSocket });
    });
    await alone.goto(box.url);
    await sees(alone, 'Photos');
    await isInside(alone);
  }));

describe('a box that goes away', () => {
  test('and comes back under an open page: it says so, needs no reload, and then tells what is true', () =>
    visit(async ({ page, box, forgive }) => {
      await moveIn(page, box.url);
      const job = await slowJob(page, box.files);
      await page.goto(`${box.url}/jobs/${job}`);
      await isInside(page);
      await page.evaluate(() => Object.assign(window, { sameDocument: true }));
      const run = await startRun(page, job);
      await runsNow(page);
      await box.stop('SIGKILL');
      await sees(page, 'Reconnecting …');
      await box.start();
      await page.getByText('Reconnecting …').waitFor({ state: 'detached' });
      // The run died with the box: the page must not go on saying that it is at work.
      expect(await ended(page, run)).toMatchObject({ status: 'failed', reason: 'interrupted' });
      await page.getByRole('link', { name: /is running/ }).waitFor({ state: 'detached' });
      await title(page, /^Needs attention · /);
      await startRun(page, job);
      await runsNow(page);
      expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
      forgive(); // what was asked while nobody answered
    }));

  test('is told from a network that goes away: the page goes on when it is back', () =>
    visit(async ({ page, box, forgive }) => {
      await moveIn(page, box.url);
      await page.goto(box.url);
      await isInside(page);
      await page.context().setOffline(true);
      await page.evaluate(() => void window.dispatchEvent(new Event('offline')));
      await box.stop(); // an open socket outlives what the browser calls offline
      await sees(page, 'The box does not answer at the moment.');
      await box.start();
      await page.context().setOffline(false);
      await page.getByText('The box does not answer at the moment.').waitFor({ state: 'detached' });
      forgive();
    }));
});

describe('a long log', () => {
  const lines = 30_000;
  /** A run on the screen that the test writes, and its log. */
  const watch = (walk: (page: Page, run: ReturnType<ListeningBox['begin']>, job: number) => Promise<void>) =>
    visit(
      async ({ page, box }) => {
        await moveIn(page, box.url);
        const job = await saveJob(page, jobOf(makeFolders(box.files, 1)));
        const run = box.begin(job, { jobName: 'Photos', phase: 'transferring' });
        run.say('the first line');
        await page.goto(`${box.url}/runs/${run.id}`);
        await sees(page, 'the first line');
        await walk(page, run, job);
        run.end();
      },
      () => openBox(),
    );
  const rows = (page: Page) => page.locator('[aria-setsize]').count();
  const known = (page: Page) =>
    page.evaluate(() => Number(document.querySelector('[aria-setsize]')?.getAttribute('aria-setsize') ?? 0));

  test('keeps at most two hundred rows in the document, follows the end, and stays where one scrolls to', () =>
    watch(async (page, run) => {
      for (let n = 0; n < lines; n += 1000) run.say(...Array.from({ length: 1000 }, (_, at) => `line ${n + at}`));
      await sees(page, `line ${lines - 1}`);
      expect(await rows(page)).toBeLessThanOrEqual(200);
      expect(await known(page)).toBe(lines + 1);
      const log = page
        .getByRole('list')
        .filter({ has: page.locator('[aria-setsize]') })
        .first();
      await log.evaluate((box) => (box.scrollTop = 0));
      await sees(page, 'the first line');
      run.say('one more');
      await eventually('the line is known', async () => (await known(page)) === lines + 2);
      expect(await page.getByText('the first line').first().isVisible()).toBe(true);
      expect(await rows(page)).toBeLessThanOrEqual(200);
    }));

  test('changes the screen at most once per frame, however many lines come', () =>
    watch(async (page, run) => {
      await page.evaluate(() => {
        const seen = { frames: 0, changes: 0 };
        Object.assign(window, { seen });
        const frame = () => {
          seen.frames += 1;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        // How many lines there are is written anew with each batch, and with nothing else.
        const total = document.querySelector('.log-total');
        if (!total) throw new Error('There is no log');
        let last = total.textContent;
        new MutationObserver((records) => {
          if (records.length === 0 || total.textContent === last) return;
          last = total.textContent;
          seen.changes += 1;
        }).observe(total, { characterData: true, childList: true, subtree: true });
      });
      for (let n = 0; n < 60; n += 1) {
        run.say(...Array.from({ length: 100 }, (_, at) => `line ${n * 100 + at}`));
        await Bun.sleep(10);
      }
      await sees(page, 'line 5999');
      const seen = await page.evaluate(() => (window as unknown as { seen: { frames: number; changes: number } }).seen);
      expect(seen.changes).toBeGreaterThan(1);
      expect(seen.changes).toBeLessThanOrEqual(seen.frames);
    }));

  test('of a run that is over is read from its end and from its beginning, without loading all of it', () =>
    visit(
      async ({ page, box }) => {
        await moveIn(page, box.url);
        const job = await saveJob(page, jobOf(makeFolders(box.files, 1)));
        const run = box.begin(job, { jobName: 'Photos' });
        for (let n = 0; n < lines; n += 1000) run.say(...Array.from({ length: 1000 }, (_, at) => `line ${n + at}`));
        run.end();
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(`${box.url}/runs/${run.id}`);
        await page.locator('[aria-setsize]').first().waitFor();
        expect(await known(page)).toBe(lines);
        expect(await rows(page)).toBeLessThanOrEqual(200);
        const pages = asked.filter((url) => /\/logs\?/.test(url) && !/limit=1&/.test(url));
        expect(pages.length).toBeLessThan(6);
      },
      () => openBox(),
    ));
});
