import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { generateSync } from 'otplib';
import { expectAccessible, expectGoodScreen } from '../harness/good-screen.ts';
import { openBox } from '../harness/listening.ts';
import {
  call,
  field,
  isInside,
  lookAgain,
  moveIn,
  password,
  press,
  sees,
  seesHeading,
  setUp,
  signIn,
  signOut,
} from '../harness/page-steps.ts';
import { visits } from '../harness/visits.ts';

setDefaultTimeout(60_000); // the first test may have to build the executable
const { visit } = visits();

const focused = (attribute: string) => `document.activeElement?.getAttribute('${attribute}')`;

describe('set-up', () => {
  test('is the first thing a new box shows: a name, a password, and it is yours', () =>
    visit(async ({ page }) => {
      await sees(page, 'Set up this box');
      expect(await page.title()).toBe('Set up this box · Dynamight');
      await sees(page, 'At least 12 characters.');
      await expectGoodScreen(page);
      await setUp(page);
      await isInside(page);
      await page.reload();
      await isInside(page);
    }));

  test('says at the field what is wrong, in words, before asking the box and after', () =>
    visit(async ({ page, forgive }) => {
      await press(page, 'Create account');
      await sees(page, 'Enter the name you want to sign in with.');
      await setUp(page, 'alice', 'too short');
      await sees(page, '9 of at least 12 characters.');
      expect(await field(page, 'Password').getAttribute('aria-invalid')).toBe('true');
      expect(await page.evaluate(focused('name'))).toBe('password');
      await expectGoodScreen(page);
      await setUp(page, 'alice', 'alice alice alice');
      await sees(page, 'The password must not contain your name.');
      await setUp(page, 'alice', '098765432112');
      await sees(page, 'This is one of the commonest passwords.');
      // The one line Chromium writes about the refusal.
      expect(forgive()).toEqual([expect.stringContaining('status of 400')]);
    }));

  test('works with the keyboard alone, and shows the password when asked to', () =>
    visit(async ({ page }) => {
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
      await isInside(page);
    }));

  test('explains why it is closed to somebody from outside', () =>
    visit(async ({ page }) => {
      await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
      await setUp(page);
      await sees(page, 'Set-up is closed right now.');
      await sees(page, 'Set-up is open on the local network only.');
      await sees(page, 'dynamight user add <name>');
      await expectGoodScreen(page);
    }));

  test('gives way to the login when somebody else was faster', () =>
    visit(async ({ page, box }) => {
      await field(page, 'Name').waitFor();
      await fetch(`${box.url}/api/auth/setup`, {
        method: 'POST',
        body: JSON.stringify({ username: 'bob', password }),
        headers: { 'content-type': 'application/json' },
      });
      await setUp(page);
      await sees(page, 'Somebody has made the account already.');
      await seesHeading(page, 'Sign in');
    }));
});

describe('the login', () => {
  test('says that name and password do not match, lets the right ones in, and out again', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      await page.reload();
      await isInside(page);
      await signOut(page);
      await expectGoodScreen(page);
      await signIn(page, 'a wrong password');
      await sees(page, 'Name and password do not match.');
      expect(await page.getByRole('alert').innerText()).toBe('Name and password do not match.');
      await expectGoodScreen(page);
      await signIn(page);
      await isInside(page);
      await signOut(page);
      await page.reload();
      await seesHeading(page, 'Sign in');
    }));

  test('locks after too many attempts, counts down, and opens again when it said it would', () =>
    visit(
      async ({ page, box }) => {
        await moveIn(page, box.url);
        await page.context().clearCookies();
        await page.reload();
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
        box.clock.advance(61_000);
        await page.reload(); // hides nothing: the tab counts on
        await sees(page, /Try again in [45]\d s\./);
        await page.evaluate(() => sessionStorage.clear()); // as in another tab
        await page.reload();
        await signIn(page);
        await isInside(page);
      },
      () => openBox(),
    ));

  test('asks for the second factor, takes the code of the app, and a recovery code in its place', () =>
    visit(
      async ({ page, box }) => {
        await moveIn(page, box.url);
        const codeNow = (secret: string) => generateSync({ secret, epoch: Math.floor(box.clock.now() / 1000) });
        const { secret } = await call<{ secret: string }>(page, 'POST', '/api/auth/totp/setup');
        const code = codeNow(secret);
        const turnedOn = await call<{ recovery_codes: string[] }>(page, 'POST', '/api/auth/totp/enable', {
          secret,
          code,
        });
        box.clock.advance(30_000); // that code is used up
        await page.context().clearCookies();
        await page.reload();

        await signIn(page);
        await sees(page, 'One more step');
        await expectGoodScreen(page);
        expect(await page.evaluate(focused('name'))).toBe('code');
        await field(page, 'Code').fill('12345');
        await press(page, 'Continue');
        await sees(page, 'The code has six digits.');
        await field(page, 'Code').fill(codeNow(secret) === '000000' ? '000001' : '000000');
        await press(page, 'Continue');
        await sees(page, 'That code is not right, or it was used already.');
        await field(page, 'Code').fill(codeNow(secret).replace(/^(...)/, '$1 '));
        await press(page, 'Continue');
        await isInside(page);
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
      },
      () => openBox(),
    ));

  test('comes back by itself when the session ends', () =>
    visit(async ({ page, box, forgive }) => {
      await moveIn(page, box.url);
      await page.goto(`${box.url}/jobs`);
      await isInside(page);
      // As signing out everywhere from another device does: the box itself closes the door.
      await call(page, 'POST', '/api/auth/logout');
      await lookAgain(page);
      await sees(page, 'Your session has ended. Sign in again.');
      await expectAccessible(page);
      forgive(); // the refused request that told so
      await signIn(page);
      await isInside(page);
      expect(new URL(page.url()).pathname).toBe('/jobs');
    }));
});
