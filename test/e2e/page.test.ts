import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { type Browser, openBrowser, type Visitor } from '../harness/browser.ts';
import { type ListeningBox, openBox, openRecoveryBox } from '../harness/listening.ts';

setDefaultTimeout(60_000); // the first test may have to build the page
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const password = 'correct horse battery';

let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
  visitor = await browser.visitor({ reducedMotion: 'reduce' });
});
afterAll(() => browser.close());

/**
 * A box of one's own, and a browser that opened its page; at the end the browser must have had nothing to complain of.
 * `forgive` takes out what it said about a request that had to fail. One tab serves all tests, emptied in between.
 */
async function visit(
  walk: (page: Page, box: ListeningBox, forgive: () => string[]) => Promise<void>,
  open: () => Promise<ListeningBox> = openBox,
): Promise<void> {
  const box = await open();
  const { page, complaints } = visitor;
  try {
    await page.goto(box.url);
    await walk(page, box, () => complaints.splice(0));
    expect(complaints).toEqual([]);
  } finally {
    await page.context().setOffline(false);
    await page.context().clearCookies();
    await page.setExtraHTTPHeaders({});
    await page.goto('about:blank');
    complaints.length = 0;
    await box.close();
  }
}

/** Looks at a screen as axe does, in light and dark, and on a phone of 360 px: nothing serious, no sideways scrolling. */
async function expectGoodScreen(page: Page): Promise<void> {
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await page.evaluate(
      async (options) => {
        const { violations } = await (window as unknown as AxeWindow).axe.run(options);
        return violations
          .filter((one) => one.impact === 'serious' || one.impact === 'critical')
          .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
      },
      colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {},
    ); // all else is the same in both
    expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
  }
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  if (before) await page.setViewportSize(before);
}
interface AxeWindow {
  axe: {
    run(options: object): Promise<{ violations: { id: string; impact: string | null; nodes: { html: string }[] }[] }>;
  };
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const sees = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();

async function fillIn(page: Page, name: string, secret: string, button: string): Promise<void> {
  await field(page, 'Name').fill(name);
  await field(page, 'Password').fill(secret);
  await press(page, button);
}
const setUp = (page: Page) => fillIn(page, 'alice', password, 'Create account');
const signIn = (page: Page, secret = password) => fillIn(page, 'alice', secret, 'Sign in');
async function signOut(page: Page): Promise<void> {
  await press(page, 'Sign out');
  await sees(page, 'You are signed out.');
}

/** Coming back to the tab: the page asks the box at once instead of in a few seconds. */
const lookAgain = (page: Page) => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));

/** As the page's own script would call the API. */
async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(path, {
        method,
        ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
  if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

/** 150 files, and a place for their copy. */
function makeFolders(box: ListeningBox): { photos: string; usb: string } {
  const photos = join(box.files, 'photos');
  const usb = join(box.files, 'usb');
  mkdirSync(photos, { recursive: true });
  mkdirSync(usb);
  for (let n = 0; n < 150; n += 1) writeFileSync(join(photos, `${n}.jpg`), `picture ${n}`);
  return { photos, usb };
}

const jobOf = ({ photos, usb }: { photos: string; usb: string }, options = {}) => ({
  name: 'Photos',
  source_dirs: [photos],
  destination_type: 'local',
  destination_config: { mount_point: usb, backup_subdir: 'copy', auto_mount: false, auto_unmount: false },
  sync_options: options,
});

describe('set-up', () => {
  test('is the first thing a new box shows: a name, a password, and then the backups', () =>
    visit(async (page) => {
      await sees(page, 'Set up this box');
      expect(await page.title()).toBe('Set up this box · Dynamight');
      await sees(page, 'At least 12 characters.');
      await expectGoodScreen(page);
      await setUp(page);
      await sees(page, 'No backups yet');
      await sees(page, 'dynamight backup <folder> <destination>');
      await expectGoodScreen(page);
      await page.reload();
      await sees(page, 'No backups yet');
    }));

  test('says at the field what is wrong, in words, before and after asking the box', () =>
    visit(async (page) => {
      await press(page, 'Create account');
      await sees(page, 'Enter the name you want to sign in with.');
      await fillIn(page, 'alice', 'too short', 'Create account');
      await sees(page, '9 of at least 12 characters.');
      expect(await field(page, 'Password').getAttribute('aria-invalid')).toBe('true');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password');
      await expectGoodScreen(page);
    }));

  test('shows the rules only the box knows at the field they are about', () =>
    visit(async (page, _, forgive) => {
      await fillIn(page, 'alice', 'alice alice alice', 'Create account');
      await sees(page, 'Must not contain the user name.');
      // The one line Chromium writes about the refusal.
      expect(forgive()).toEqual([expect.stringContaining('status of 400')]);
    }));

  test('works with the keyboard alone, and shows the password when asked to', () =>
    visit(async (page) => {
      await field(page, 'Name').waitFor();
      await page.keyboard.type('alice');
      await page.keyboard.press('Tab');
      await page.keyboard.type(password);
      expect(await field(page, 'Password').getAttribute('type')).toBe('password');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await field(page, 'Password').getAttribute('type')).toBe('text');
      expect(await field(page, 'Password').inputValue()).toBe(password);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await sees(page, 'No backups yet');
    }));

  test('explains why it is closed to somebody from outside', () =>
    visit(async (page) => {
      await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
      await setUp(page);
      await sees(page, 'Set-up is closed right now.');
      await sees(page, 'Set-up is open on the local network only.');
      await sees(page, 'dynamight user add <name>');
      await expectGoodScreen(page);
    }));

  test('gives way to the login when somebody else was faster', () =>
    visit(async (page, box) => {
      await field(page, 'Name').waitFor();
      const body = JSON.stringify({ username: 'bob', password });
      await fetch(`${box.url}/api/auth/setup`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      await setUp(page);
      await sees(page, 'Somebody has made the account already.');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }));
});

describe('the login', () => {
  test('says that name and password do not match, lets the right ones in, and out again', () =>
    visit(async (page) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      await signOut(page);
      await expectGoodScreen(page);
      await signIn(page, 'a wrong password');
      await sees(page, 'Name and password do not match.');
      expect(await page.getByRole('alert').innerText()).toBe('Name and password do not match.');
      await expectGoodScreen(page);
      await signIn(page);
      await sees(page, 'No backups yet');
      await signOut(page);
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }));

  test('counts down after too many attempts', () =>
    visit(async (page) => {
      await setUp(page);
      await signOut(page);
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const answered = page.waitForResponse(/\/api\/auth\/login/);
        await signIn(page, `wrong password ${attempt}`);
        await answered;
      }
      await sees(page, 'Too many failed attempts.');
      await sees(page, /Try again in (1 min|5\d s)\./);
      await sees(page, /Try again in 5\d s\./);
      expect(await page.getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled')).toBe('true');
      await expectGoodScreen(page);
    }));

  test('asks for the second factor, takes the code of the app, and a recovery code in its place', () =>
    visit(async (page, box) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      const codeNow = (secret: string) => generateSync({ secret, epoch: Math.floor(box.clock.now() / 1000) });
      const { secret } = await call<{ secret: string }>(page, 'POST', '/api/auth/totp/setup');
      const turnedOn = await call<{ recovery_codes: string[] }>(page, 'POST', '/api/auth/totp/enable', {
        secret,
        code: codeNow(secret),
      });
      box.clock.advance(30_000); // that code is used up
      await signOut(page);

      await signIn(page);
      await sees(page, 'One more step');
      await expectGoodScreen(page);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('code');
      await field(page, 'Code').fill('12345');
      await press(page, 'Continue');
      await sees(page, 'The code has six digits.');
      await field(page, 'Code').fill(codeNow(secret) === '000000' ? '000001' : '000000');
      await press(page, 'Continue');
      await sees(page, 'That code is not right, or it was used already.');
      await field(page, 'Code').fill(codeNow(secret).replace(/^(...)/, '$1 '));
      await press(page, 'Continue');
      await sees(page, 'No backups yet');
      await signOut(page);

      await signIn(page);
      await press(page, 'Use a recovery code instead');
      await expectGoodScreen(page);
      await field(page, 'Recovery code').fill('AAAA-AAAA-AAAA');
      await press(page, 'Continue');
      await sees(page, 'That recovery code is not right, or it was used already.');
      await field(page, 'Recovery code').fill(turnedOn.recovery_codes[0] ?? '');
      await press(page, 'Continue');
      await sees(page, 'You have 4 recovery codes left.');
      await signOut(page);

      await signIn(page);
      await sees(page, 'One more step');
      box.clock.advance(6 * 60_000);
      await field(page, 'Code').fill(codeNow(secret));
      await press(page, 'Continue');
      await sees(page, 'That took too long. Start again with your password.');
    }));

  test('comes back by itself when the session ends', () =>
    visit(async (page, _, forgive) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      await page.context().clearCookies();
      await lookAgain(page);
      await sees(page, 'Your session has ended. Sign in again.');
      forgive(); // the refused request that told so
    }));
});

describe('the backups', () => {
  test('appear by themselves, run with one click, and say what became of them', () =>
    visit(async (page, box) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      const folders = makeFolders(box);
      await call(page, 'POST', '/api/jobs', jobOf(folders));
      await sees(page, 'Has not run yet');
      await sees(page, `${folders.usb}/copy`);
      await page.getByRole('button', { name: 'Run now: Photos' }).click();
      await sees(page, /^Completed just now/);
      await sees(page, /^150 files, /);
      expect(readFileSync(join(folders.usb, 'copy/photos/7.jpg'), 'utf8')).toBe('picture 7');
      const hostile = '"><img src=x onerror=alert(1)>';
      await call(page, 'POST', '/api/jobs', { ...jobOf({ ...folders, usb: join(box.files, 'other') }), name: hostile });
      await lookAgain(page);
      await sees(page, hostile);
      await expectGoodScreen(page);

      await page.getByRole('button', { name: 'Run now: Photos' }).click();
      await sees(page, 'nothing had changed');
      rmSync(folders.photos, { recursive: true });
      await page.getByRole('button', { name: 'Run now: Photos' }).click();
      await sees(page, /^Failed just now/);
      await sees(page, `The source ${folders.photos} is not there.`);
      await expectGoodScreen(page);
    }));

  test('show how far a run is, and stop when told to', () =>
    visit(async (page, box) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      const folders = makeFolders(box);
      writeFileSync(join(folders.photos, 'film.mp4'), Buffer.alloc(40_000_000));
      await call(page, 'POST', '/api/jobs', jobOf(folders, { bandwidth_limit_kbps: 1000 }));
      await lookAgain(page);
      await page.getByRole('button', { name: 'Run now: Photos' }).dblclick(); // the second click is none on "Stop"
      await page.getByRole('progressbar', { name: 'Progress of Photos' }).waitFor();
      await sees(page, /of 151 files · .+ of 40 MB/);
      await expectGoodScreen(page);
      await page.getByRole('button', { name: 'Stop: Photos' }).click();
      await page
        .getByText(/^Stopped /)
        .first()
        .waitFor({ timeout: 15_000 });
    }));

  test('say so when the box does not answer, and go on when it does', () =>
    visit(async (page, _, forgive) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      await page.context().setOffline(true);
      await lookAgain(page);
      await sees(page, 'The box does not answer at the moment.');
      await page.context().setOffline(false);
      await lookAgain(page);
      await page.getByText('The box does not answer at the moment.').waitFor({ state: 'detached' });
      forgive(); // the requests that failed
    }));
});

describe('around it', () => {
  test('an address the page does not know says so and leads home', () =>
    visit(async (page, box) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      await page.goto(`${box.url}/jobs/of/yesterday`);
      await sees(page, 'There is nothing at this address');
      await expectGoodScreen(page);
      await page.getByRole('link', { name: 'Go to your backups' }).click();
      await sees(page, 'No backups yet');
    }));

  test('the API documentation draws itself from the box alone', () =>
    visit(async (page, box) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      const asked: string[] = [];
      const note = (request: { url(): string }) => asked.push(request.url());
      page.on('request', note);
      await page.getByRole('link', { name: 'API documentation' }).click();
      await page.locator('#operations-Jobs-getApiJobs').waitFor();
      await page.locator('#operations-Jobs-postApiJobs button').first().click();
      await sees(page, 'destination_config');
      page.off('request', note);
      const elsewhere = asked.filter((url) => !url.startsWith(`${box.url}/`) && !url.startsWith('data:'));
      expect(elsewhere).toEqual([]);
      await page.getByRole('link', { name: 'Dynamight' }).click();
      await sees(page, 'No backups yet');
    }));

  test('recovery mode tells what happened and which command helps', () =>
    visit(async (page) => {
      await sees(page, 'The database needs your help');
      await sees(page, 'dynamight doctor --recover');
      await expectGoodScreen(page);
    }, openRecoveryBox));

  test('the first visit loads less than 90 kB of script, compressed', () =>
    visit(async (page) => {
      await setUp(page);
      await sees(page, 'No backups yet');
      await page.reload();
      await sees(page, 'No backups yet');
      const bytes = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter((entry) => entry.name.endsWith('.js'))
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
      );
      expect(bytes).toBeGreaterThan(1000);
      expect(bytes).toBeLessThan(90_000);
    }));
});
