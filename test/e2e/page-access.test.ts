import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { axeFindings, expectGoodScreen, sidewaysFindings } from '../harness/good-screen.ts';
import { openRecoveryBox } from '../harness/listening.ts';
import { hostile, type LivedIn, openLivedIn } from '../harness/lived-in.ts';
import { field, isInside, press, sees, seesHeading } from '../harness/page-steps.ts';
import { addressesOf } from '../harness/places.ts';
import { narrow, visits, wide, zoomed } from '../harness/visits.ts';

setDefaultTimeout(120_000);
const { at, visit } = visits();
let place: LivedIn;
beforeAll(async () => {
  place = await openLivedIn();
});
afterAll(() => place?.box.close());

/** Until a heading is there and nothing is on its way any more. */
async function drawn(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main .skeleton, main [aria-busy="true"]') === null);
}

interface Found {
  hardToUse: string[];
  sideways: string[];
  headings: string[];
  small: string[];
  complaints: string[];
}
let survey: Promise<Found> | undefined;
/** One walk to every address of the page, for all that is asked of every page. */
function everyPage(): Promise<Found> {
  survey ??= (async () => {
    const found: Found = { hardToUse: [], sideways: [], headings: [], small: [], complaints: [] };
    await at(place.box, async ({ page, forgive }) => {
      await place.enter(page.context());
      const devtools = await page.context().newCDPSession(page);
      for (const [name, address] of Object.entries(addressesOf(place))) {
        const where = `${name} (${address}): `;
        await page.goto(place.box.url + address);
        await drawn(page);
        found.hardToUse.push(...(await axeFindings(page)).map((one) => where + one));
        const headings = await page.getByRole('heading', { level: 1 }).count();
        const title = await page.title();
        if (headings !== 1 || !/.+ · Dynamight$/.test(title)) found.headings.push(`${where}${headings}, "${title}"`);
        for (const size of [narrow.small, narrow.phone, zoomed]) {
          await page.setViewportSize(size);
          found.sideways.push(...(await sidewaysFindings(page)).map((one) => where + one));
        }
        await page.setViewportSize(narrow.phone);
        await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true });
        found.small.push(...(await smallTargets(page)).map((one) => where + one));
        await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: false });
        await page.setViewportSize(wide);
      }
      found.complaints = forgive().filter((one) => !/status of 404/.test(one)); // what is not there was asked for
      await devtools.detach();
    });
    return found;
  })();
  return survey;
}

const thumbPx = 43.5;
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(
    (least) =>
      [...document.querySelectorAll('button, a.button, nav a, input[type="checkbox"], input[type="radio"]')]
        // A line of a log is as high as a line; beside the mouse there are the arrow keys for it.
        .filter((element) => element.checkVisibility() && !element.closest('.virtual-list'))
        .map((element) => ({ element, box: (element.closest('label') ?? element).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.height < least || box.width < least))
        .map(
          ({ element, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 140)}`,
        ),
    thumbPx,
  );

describe('every page', () => {
  test('can be used with a screen reader and read by weak eyes, in light and in dark', async () => {
    expect((await everyPage()).hardToUse).toEqual([]);
  });
  test('fits on a phone and on a screen at 200 % zoom: nobody scrolls sideways', async () => {
    expect((await everyPage()).sideways).toEqual([]);
  });
  test('has one main heading and a name of its own in the tab', async () => {
    expect((await everyPage()).headings).toEqual([]);
  });
  test('keeps what is pressed large enough for a thumb', async () => {
    expect((await everyPage()).small).toEqual([]);
  });
  test('keeps to the rules of the box for scripts and styles, and writes nothing into the console', async () => {
    expect((await everyPage()).complaints).toEqual([]);
  });

  test('shows a file or backup with a hostile name as the text it is', () =>
    at(place.box, async ({ page }) => {
      await place.enter(page.context());
      const { jobs, runs } = place;
      for (const address of [
        '/',
        '/jobs',
        `/jobs/${jobs.guarded}`,
        `/jobs/${jobs.guarded}/edit`,
        `/runs/${runs.incomplete}`,
        `/runs/${runs.guarded}`,
        '/runs',
      ]) {
        await page.goto(place.box.url + address);
        await page
          .getByText(hostile)
          .or(page.locator('input[value*="onerror"], textarea'))
          .first()
          .waitFor({ state: 'attached' });
        await drawn(page);
        expect({ address, images: await page.locator('img[src="x"]').count() }).toEqual({ address, images: 0 });
      }
    }));
});

describe('on a phone', () => {
  test('the four places are one press away, and the page says where one is', () =>
    at(place.box, async ({ page }) => {
      await place.enter(page.context());
      await page.setViewportSize(narrow.phone);
      await page.goto(place.box.url);
      await isInside(page);
      for (const [link, heading] of [
        ['Backups', 'Backups'],
        ['History', 'History'],
        ['Settings', 'Settings'],
        ['Overview', /./],
      ] as const) {
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: link }).click();
        await seesHeading(page, heading);
        const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]');
        await current.filter({ hasText: link }).waitFor();
        expect(await current.count()).toBe(1);
      }
    }));
});

describe('at 200 % zoom', () => {
  test('a backup is started and stopped', () =>
    at(place.box, async ({ page }) => {
      await place.enter(page.context());
      await page.setViewportSize(zoomed);
      await page.goto(`${place.box.url}/jobs/${place.jobs.whole}`);
      await page.getByRole('button', { name: 'Run now: Photos' }).click();
      await page.getByRole('button', { name: 'Stop: Photos' }).click();
      await sees(page, 'Photos: stopped.');
    }));
});

describe('dark', () => {
  test('is kept over a reload once chosen, from the first paint on', () =>
    at(place.box, async ({ page }) => {
      await place.enter(page.context());
      await page.goto(`${place.box.url}/settings/appearance`);
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      await page
        .getByRole('radio', { name: 'Dark' })
        .or(page.getByText('Dark', { exact: true }))
        .first()
        .click();
      const dark = await paper();
      expect(dark).not.toBe(light);
      await page.reload({ waitUntil: 'commit' });
      await page.waitForFunction(() => document.body !== null);
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
      await isInside(page);
      expect(await paper()).toBe(dark);
    }));
});

test('recovery mode tells what happened, which command helps, and goes on by itself when it did', () =>
  visit(async ({ page }) => {
    await sees(page, 'The database needs your help');
    await sees(page, 'dynamight doctor --recover');
    await expectGoodScreen(page);
  }, openRecoveryBox));

test('an address the page does not know says so and leads home', () =>
  at(place.box, async ({ page }) => {
    await place.enter(page.context());
    await page.goto(`${place.box.url}/nothing/here`);
    await sees(page, 'There is nothing at this address');
    await page.getByRole('link', { name: 'Go to your backups' }).click();
    await isInside(page);
  }));

test('the API documentation draws itself from the box alone', () =>
  at(place.box, async ({ page, box }) => {
    await place.enter(page.context());
    await page.goto(box.url);
    const asked: string[] = [];
    const note = (request: { url(): string }) => asked.push(request.url());
    page.on('request', note);
    await page.getByRole('link', { name: 'API documentation' }).click();
    await page.locator('#operations-Jobs-getApiJobs').waitFor();
    await page.locator('#operations-Jobs-postApiJobs button').first().click();
    await sees(page, 'destination_config');
    page.off('request', note);
    expect(asked.filter((url) => !url.startsWith(`${box.url}/`) && !url.startsWith('data:'))).toEqual([]);
  }));

test('the first visit loads less than 90 kB of script, compressed', () =>
  at(place.box, async ({ page, box }) => {
    await page.goto(`${box.url}/?first`);
    await field(page, 'Password').waitFor();
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(90_000);
    await press(page, 'Sign in');
  }));
