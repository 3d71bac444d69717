import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBuiltBox } from '../harness/built-box.ts';
import { expectAccessible, expectGoodScreen, expectNoSidewaysScroll } from '../harness/good-screen.ts';
import { call, ended, field, makeFolders, moveIn, press, sees, seesHeading, startRun } from '../harness/page-steps.ts';
import { tempDir } from '../harness/temp.ts';
import { narrow, visits, wide } from '../harness/visits.ts';
import { type GoogleDriveDouble, startGoogleDrive } from '../servers/google-drive.ts';
import { makePrivateKey, type Sshd, startSshd } from '../servers/sshd.ts';

setDefaultTimeout(180_000);
const { visit } = visits();

let sshd: Sshd;
let google: GoogleDriveDouble;
beforeAll(async () => {
  sshd = await startSshd();
  google = await startGoogleDrive();
});
afterAll(async () => {
  await google?.stop();
  await sshd?.stop();
});

const dialog = (page: Page) => page.getByRole('dialog');
const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** From the first steps to the editor, with one folder chosen. */
async function turnElsewhere(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/welcome`);
  await page.getByRole('checkbox', { name: /photos/ }).check();
  await press(page, 'Continue');
  await page.getByRole('link', { name: 'To a cloud or another computer instead' }).click();
  await seesHeading(page, 'New backup');
}

async function describeServer(page: Page, folder: string): Promise<void> {
  await page.getByRole('radio', { name: /^A server by SSH/ }).check();
  await textbox(page, 'Host').fill('127.0.0.1');
  await page.getByLabel(/^Port/).fill(String(sshd.port));
  await textbox(page, 'User name').fill(sshd.user);
  await textbox(page, 'Folder').fill(folder);
}

async function addKey(page: Page, name: string, key: string): Promise<void> {
  await press(page, 'Add credentials');
  await dialog(page).getByLabel('Name', { exact: true }).fill(name);
  await dialog(page).getByLabel('Private key').fill(key);
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page)
    .waitFor({ state: 'detached' })
    .catch(async (cause: unknown) => {
      throw new Error(`The dialog stays open: ${await dialog(page).innerText()}`, { cause });
    });
}

describe('a backup to a server by SSH', () => {
  test('is made, tested and run without leaving the page, and goes on after the server got another key', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const { photos } = makeFolders(box.files, 25);
      await turnElsewhere(page, box.url);
      await sees(page, photos); // what was chosen in the first steps came along
      const folder = join(sshd.folder, 'whole');
      await describeServer(page, folder);
      await press(page, 'Add credentials');
      await dialog(page).getByLabel('Private key').waitFor();
      await expectGoodScreen(page);
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await addKey(page, 'Key of the NAS', sshd.privateKey);
      expect(await field(page, 'Sign in with').locator('option:checked').innerText()).toBe('Key of the NAS');

      await press(page, 'Test connection');
      await sees(page, /^The connection works/).catch(async (cause: unknown) => {
        throw new Error(`It does not work: ${await page.locator('main').innerText()}`, { cause });
      });
      await sees(page, sshd.fingerprint());
      await press(page, 'Create backup');
      await page.waitForURL(/\/jobs\/\d+$/);
      const job = Number(new URL(page.url()).pathname.split('/').pop());
      await sees(page, `${sshd.user}@127.0.0.1:${folder} (port ${sshd.port})`);
      await page.getByRole('button', { name: 'Run now: photos' }).click();
      await sees(page, 'photos: completed.');
      expect(readFileSync(join(folder, 'photos/7.jpg'), 'utf8')).toBe('picture 7');
      expect(readdirSync(join(folder, 'photos'))).toHaveLength(25);

      const before = sshd.fingerprint();
      await sshd.restart({ newHostKey: true });
      writeFileSync(join(photos, 'new.jpg'), 'a new one');
      const failed = await ended(page, await startRun(page, job), 60_000);
      expect(failed).toMatchObject({ status: 'failed', reason: 'host_key_changed' });
      await page.goto(`${box.url}/runs/${failed.id}`);
      await seesHeading(page, 'The destination identified itself as another computer than before.');
      await page.getByRole('link', { name: 'Look at the connection' }).click();
      const question = page.getByRole('alertdialog', { name: 'The server shows another key' });
      await question.getByText(before).waitFor();
      await question.getByText(sshd.fingerprint()).waitFor();
      await expectGoodScreen(page);
      await question.getByRole('button', { name: 'Accept the new key' }).click();
      await sees(page, 'The new key is accepted.');
      expect(existsSync(join(folder, 'photos/new.jpg'))).toBe(false);
      const again = await ended(page, await startRun(page, job), 60_000);
      expect(again).toMatchObject({ status: 'completed', files_transferred: 1 });
      expect(readFileSync(join(folder, 'photos/new.jpg'), 'utf8')).toBe('a new one');
    }));

  test('says in words that a key is the wrong one, and is looked at ahead like any other', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      makeFolders(box.files, 3);
      await turnElsewhere(page, box.url);
      await describeServer(page, join(sshd.folder, 'wrong'));
      await addKey(page, 'Somebody else', makePrivateKey());
      await press(page, 'Test connection');
      await sees(page, 'The connection does not work.');
      await sees(page, 'Access denied: invalid credentials');
      await addKey(page, 'The right one', sshd.privateKey);
      await press(page, 'Test connection');
      await sees(page, /^The connection works/);
      await page.getByRole('textbox', { name: 'Patterns' }).fill('1.jpg');
      await press(page, 'Try the patterns');
      await sees(page, /1 file left out/);
      await press(page, 'Look ahead');
      await sees(page, 'Nothing stands in the way of a run.');
      expect(existsSync(join(sshd.folder, 'wrong/photos'))).toBe(false); // looking ahead copies nothing
    }));
});

describe('a server with a certificate of its own', () => {
  test('is shown with its fingerprint, and trusted only when a person says so', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      const data = { username: 'anna', password: 'secret' };
      await call(page, 'POST', '/api/credentials', { name: 'Cloud', provider_type: 'webdav', data }, box.url);
      await page.goto(`${box.url}/jobs/new`);
      await page.getByRole('radio', { name: /^WebDAV/ }).check();
      await textbox(page, 'Address').fill(google.url);
      await textbox(page, 'Folder').fill('/backups');
      await field(page, 'Sign in with').selectOption('Cloud');
      await press(page, 'Test connection');
      await press(page, 'Look at the certificate');
      const question = page.getByRole('alertdialog', { name: 'This certificate is not known to be good' });
      await question.getByText(google.fingerprint).waitFor();
      await expectGoodScreen(page);
      await question.getByRole('button', { name: 'Trust this certificate' }).click();
      // What answers there is no WebDAV, but it was asked.
      await sees(page, 'This destination trusts the certificate. Save the backup to keep that.');
      expect(await page.getByRole('button', { name: 'Look at the certificate' }).count()).toBe(0);
      await page.locator('summary').filter({ hasText: 'More settings' }).first().click();
      expect(await page.getByLabel(/^Certificate fingerprint/).inputValue()).toBe(google.fingerprint);
    }));

  test('asks for the secret once more when another one is to be trusted', () =>
    visit(async ({ page, box, forgive }) => {
      await moveIn(page, box.url);
      const { photos } = makeFolders(box.files, 1);
      const data = { username: 'anna', password: 'secret' };
      const made = { name: 'Cloud', provider_type: 'webdav', data };
      const { id } = await call<{ id: number }>(page, 'POST', '/api/credentials', made, box.url);
      const pinned = (certificate_sha256: string) => ({ url: google.url, remote_path: '/backups', certificate_sha256 });
      const body = {
        name: 'To the cloud',
        source_dirs: [photos],
        destination_type: 'webdav',
        destination_config: pinned('ab'.repeat(32)),
        credential_id: id,
      };
      const job = await call<{ id: number }>(page, 'POST', '/api/jobs', body, box.url);
      await page.goto(`${box.url}/jobs/${job.id}/edit`);
      const fingerprint = page.getByLabel(/^Certificate fingerprint/);
      await page.locator('details', { has: fingerprint }).locator('summary').click();
      await fingerprint.fill('cd'.repeat(32));
      await press(page, 'Save changes');
      await sees(page, 'The secret once more');
      await expectGoodScreen(page);
      await page.getByLabel(/^User name/).fill('anna');
      await page.getByLabel('Password', { exact: true }).fill('guessed');
      await press(page, 'Save changes');
      await sees(page, /^This is not the secret that is saved/);
      await page.getByLabel('Password', { exact: true }).fill('secret');
      await press(page, 'Save changes');
      await page.waitForURL(/\/jobs\/\d+$/);
      forgive(); // the two refusals
      expect(await call(page, 'GET', `/api/jobs/${job.id}`)).toMatchObject({
        destination_config: pinned('cd'.repeat(32)),
      });
    }));
});

describe('an account at Google', () => {
  /** The compiled program believes the certificate of the double, and takes it for Google. */
  const boxAtGoogle = () => {
    const certificate = join(tempDir(), 'google.pem');
    writeFileSync(certificate, google.certificate);
    return openBuiltBox({
      GOOGLE_OAUTH_URL: google.url,
      GOOGLE_API_URL: google.url,
      NODE_EXTRA_CA_CERTS: certificate,
    });
  };

  async function enterCode(page: Page, how: 'allow' | 'deny' = 'allow'): Promise<void> {
    google.google.enter(await dialog(page).getByRole('group', { name: 'Code' }).innerText(), how);
  }
  async function fillClient(page: Page): Promise<void> {
    await dialog(page)
      .getByRole('radio', { name: /^Sign in on another device/ })
      .check();
    await dialog(page).getByLabel('Client ID').fill(google.google.client.id);
    await dialog(page).getByLabel('Client secret', { exact: true }).fill(google.google.client.secret);
  }

  test('is signed in with a code on another device, then holds the backup, and says when the sign-in has ended', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      makeFolders(box.files, 4);
      await turnElsewhere(page, box.url);
      await page.getByRole('radio', { name: /^Google Drive/ }).check();
      await textbox(page, 'Folder').fill('root');
      await press(page, 'Add credentials');
      await dialog(page).getByText(`${box.url}/oauth/return`).waitFor();
      expect(await dialog(page).getByLabel(/token/i).count()).toBe(0);
      await expectGoodScreen(page);
      await fillClient(page);
      await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click();
      await sees(page, 'Open this address on any device and enter the code:');
      await expectAccessible(page);
      await enterCode(page, 'deny');
      await sees(page, 'Access was not allowed');
      await dialog(page).getByRole('button', { name: 'Try again' }).click();
      await enterCode(page);
      await dialog(page).waitFor({ state: 'detached' });
      expect(await field(page, 'Sign in with').locator('option:checked').innerText()).toBe('Google Drive');
      await press(page, 'Test connection');
      await sees(page, /^The connection works/);
      await press(page, 'Create backup');
      await page.waitForURL(/\/jobs\/\d+$/);
      const job = Number(new URL(page.url()).pathname.split('/').pop());
      expect(await ended(page, await startRun(page, job), 60_000)).toMatchObject({ status: 'completed' });

      google.google.revokeAll();
      const failed = await ended(page, await startRun(page, job), 60_000);
      expect(failed).toMatchObject({ status: 'failed', reason: 'auth_expired' });
      await page.goto(`${box.url}/runs/${failed.id}`);
      await page.getByRole('link', { name: 'Sign in again' }).click();
      await sees(page, 'Sign-in has ended');
      await expectGoodScreen(page);
      await press(page, 'Sign in again: Google Drive');
      await dialog(page)
        .getByRole('radio', { name: /^Sign in on another device/ })
        .check();
      await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click();
      await enterCode(page);
      await sees(page, 'Google Drive is signed in.');
      await page.getByText('Sign-in has ended').waitFor({ state: 'detached' });
      expect(await ended(page, await startRun(page, job), 60_000)).toMatchObject({ status: 'completed' });
    }, boxAtGoogle));

  test('leaves no sign-in behind when somebody turns away from it', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      await page.goto(`${box.url}/settings/credentials`);
      await press(page, 'Add credentials');
      await dialog(page).getByLabel('For').selectOption('google_drive');
      await fillClient(page);
      const begun = page.waitForResponse((answer) => answer.url().endsWith('/api/sign-ins'));
      await dialog(page).getByRole('button', { name: 'Sign in', exact: true }).click();
      const { id } = (await (await begun).json()) as { id: string };
      await sees(page, 'Waiting for you to sign in …');
      const ending = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
      await page.keyboard.press('Escape');
      await ending;
      expect(call(page, 'GET', `/api/sign-ins/${id}`)).rejects.toThrow('404');
      expect(await call<unknown[]>(page, 'GET', '/api/credentials')).toEqual([]);
    }, boxAtGoogle));
});

describe('in German', () => {
  test('every kind of destination is asked for in German, on a phone, too', () =>
    visit(async ({ page, box }) => {
      await moveIn(page, box.url);
      await page.evaluate(() => localStorage.setItem('dynamight.language', 'de'));
      await page.goto(`${box.url}/jobs/new`);
      await page.setViewportSize(narrow.small);
      for (const kind of [/^S3-Speicher/, /^Google Drive/, /^OneDrive/, /^Ein Server über SSH/, /^WebDAV/]) {
        await page.getByRole('radio', { name: kind }).check();
        await page.getByLabel('Anmelden mit').waitFor();
        for (const more of await page.locator('details.fold > summary').all()) await more.click();
        const said = await page.locator('[data-field^="destination_config."]').allInnerTexts();
        expect(said.filter((text) => / (the|and|of|for|with|not) /.test(text))).toEqual([]);
        await expectNoSidewaysScroll(page);
        await press(page, 'Zugangsdaten hinzufügen');
        await dialog(page)
          .getByRole('button', { name: /^(Speichern|Anmelden)$/ })
          .waitFor();
        expect(await dialog(page).innerText()).not.toMatch(/ (the|and|of|for|with|not) /);
        await expectNoSidewaysScroll(page);
        await dialog(page).getByRole('button', { name: 'Abbrechen' }).click();
        await dialog(page).waitFor({ state: 'detached' });
      }
      await page.setViewportSize(wide);
    }));
});
