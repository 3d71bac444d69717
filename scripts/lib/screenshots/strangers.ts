import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { client } from '../../../test/harness/client.ts';
import { type ListeningBox, openBox, openRecoveryBox } from '../../../test/harness/listening.ts';
import type { Screen } from './screens.ts';
import { boxEnvironment, makeFolders, password, places } from './world.ts';

/** Screens of boxes of their own: empty ones, locked ones, broken ones. */
function own(
  name: string,
  more: Partial<Screen>,
  open: () => Promise<ListeningBox>,
  walk: (page: Page, box: ListeningBox) => Promise<void>,
): Screen {
  let box: ListeningBox | null = null;
  return {
    name,
    ...more,
    async show(page) {
      box = await open();
      await page.goto(box.url);
      await walk(page, box);
    },
    async after() {
      await box?.close();
      box = null;
    },
  };
}

/** An empty box with folders worth a backup; with `signedIn`, somebody is, and at that address. */
export function atFirst(
  name: string,
  { signedIn, ...more }: Partial<Screen> & { signedIn?: string },
  walk: (page: Page, home: string) => Promise<void>,
): Screen {
  const open = () => openBox(boxEnvironment());
  return own(name, more, open, async (page, box) => {
    const { home, drive } = places(box);
    makeFolders(home, drive);
    if (signedIn === undefined) await page.getByRole('heading').first().waitFor();
    else {
      await signUp(page, box);
      await page.goto(box.url + signedIn);
    }
    await walk(page, home);
  });
}

async function signUp(page: Page, box: ListeningBox): Promise<ReturnType<typeof client>> {
  const by = client(box.url);
  await by.call('POST', '/api/auth/setup', { username: 'alice', password });
  const [name = '', value = ''] = by.cookie().split('=');
  await page.context().addCookies([{ name, value, url: box.url }]);
  return by;
}

async function signIn(page: Page, secret = password): Promise<void> {
  // Whichever language the page speaks: the form has one name, one password and one button to send it.
  await page.locator('input[name="username"]').fill('alice');
  await page.locator('input[name="password"]').fill(secret);
  await page.locator('button[type="submit"]').click();
}

/** A box with an account; with `twoFactor`, one that asks for a code. */
function atLogin(
  name: string,
  { twoFactor = false, ...more }: Partial<Screen> & { twoFactor?: boolean },
  walk: (page: Page) => Promise<void>,
): Screen {
  return own(
    name,
    more,
    () => openBox(),
    async (page, box) => {
      const by = await signUp(page, box);
      if (twoFactor) {
        const { secret } = await by.call('POST', '/api/auth/totp/setup');
        await by.call('POST', '/api/auth/totp/enable', { secret, code: generateSync({ secret }) });
      }
      await page.context().clearCookies();
      await page.reload();
      await page.locator('input[name="password"]').waitFor();
      await walk(page);
    },
  );
}

export const beforeLogin: Screen[] = [
  atLogin('login', { german: true }, async () => {}),
  atLogin('login-wrong', { german: true }, async (page) => {
    await signIn(page, 'a wrong password');
    await page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor();
  }),
  atLogin('login-locked', { german: true }, async (page) => {
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const answered = page.waitForResponse(/\/api\/auth\/login/);
      await signIn(page, `wrong password ${attempt}`);
      await answered;
    }
    await page.locator('button[type="submit"][aria-disabled="true"]').waitFor();
  }),
  atLogin('code', { german: true, twoFactor: true }, async (page) => {
    await signIn(page);
    await page.locator('input[name="code"]').waitFor();
  }),
  atLogin('recovery-code-wrong', { twoFactor: true }, async (page) => {
    await signIn(page);
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await page.getByLabel('Recovery code').fill('AAAA-BBBB-CCCC');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('That recovery code is not right').waitFor();
  }),
  own('recovery-mode', { german: true }, openRecoveryBox, async (page) => {
    await page.getByText('dynamight doctor --recover').waitFor();
  }),
  own('unreachable', { german: true, complains: /./ }, openRecoveryBox, async (page) => {
    await page.route('**/api/**', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading').first().waitFor();
  }),
];
