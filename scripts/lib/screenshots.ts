import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../test/harness/browser.ts';
import { openBox, openRecoveryBox } from '../../test/harness/listening.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Say which folder the pictures go to');
mkdirSync(folder, { recursive: true });

const password = 'correct horse battery';
const looks = [1280, 390].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));
const browser = await openBrowser();
const settleMs = 250;

/** Walks the same way once per look; `picture` writes what is on the screen. */
for (const { width, scheme } of looks) {
  const box = await openBox();
  const person = await browser.visitor({ viewport: { width, height: 800 }, colorScheme: scheme });
  const { page } = person;
  const picture = async (name: string) => {
    await page.waitForTimeout(settleMs);
    await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
  };
  const call = (method: string, path: string, body?: unknown) => callAs(page, method, path, body);

  await page.goto(box.url);
  await page.getByLabel('Name').waitFor();
  await picture('setup');
  await page.getByLabel('Name').fill('alice');
  await page.getByLabel('Password', { exact: true }).fill('too short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await picture('setup-short-password');
  await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('alert').getByText('closed').waitFor();
  await picture('setup-closed');
  await page.setExtraHTTPHeaders({});
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('No backups yet').waitFor();
  await picture('home-empty');

  makeJobs(box.files);
  await call('POST', '/api/jobs', job(box.files, 'Photos', ['photos'], 'backup/photos'));
  await call('POST', '/api/jobs', job(box.files, 'Letters and taxes', ['letters', 'taxes'], 'backup/papers'));
  await call('POST', '/api/jobs', job(box.files, 'Old laptop', ['laptop'], 'backup/laptop'));
  await call('POST', '/api/jobs', {
    ...job(box.files, 'Films, slowly', ['films'], 'backup/films'),
    sync_options: { bandwidth_limit_kbps: 400 },
  });
  await call('POST', '/api/jobs', job(box.files, 'Never run so far', ['photos'], 'backup/other'));
  await call('POST', '/api/jobs/1/run');
  await call('POST', '/api/jobs/2/run');
  rmSync(join(box.files, 'laptop'), { recursive: true });
  await call('POST', '/api/jobs/3/run');
  await call('POST', '/api/jobs/4/run');
  await page.waitForTimeout(4000);
  await picture('home-running');
  await call('POST', '/api/jobs/4/cancel');
  await page.getByText(/^Stopped/).waitFor();
  await picture('home');
  await page.goto(`${box.url}/api/docs`);
  await page.getByText('/api/jobs', { exact: true }).first().waitFor();
  await picture('docs');
  await page.goto(`${box.url}/nothing-here`);
  await page.getByText('nothing at this address').waitFor();
  await picture('not-here');

  await page.goto(box.url);
  const { secret } = (await call('POST', '/api/auth/totp/setup')) as { secret: string };
  await call('POST', '/api/auth/totp/enable', { secret, code: generateSync({ secret }) });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor();
  await picture('login');
  await page.getByLabel('Name').fill('alice');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code').waitFor();
  await picture('code');
  await page.getByRole('button', { name: 'recovery code' }).click();
  await page.getByLabel('Recovery code').fill('AAAA-BBBB-CCCC');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('not right').waitFor();
  await picture('recovery-code-wrong');
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.getByLabel('Name').fill('mallory');
  await page.getByLabel('Password', { exact: true }).fill('a wrong password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('do not match').waitFor();
  await picture('login-wrong');
  for (let attempt = 0; attempt < 6 && !(await page.getByText('Too many').isVisible()); attempt += 1) {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForTimeout(settleMs);
  }
  await picture('login-locked');
  await box.close();
  await page.goto('about:blank');

  const broken = await openRecoveryBox();
  await page.goto(broken.url);
  await page.getByText('needs your help').waitFor();
  await picture('recovery');
  await broken.close();
  await page.getByText('does not answer').first().waitFor();
  await picture('unreachable');
  if (person.complaints.length > 0) console.error(`${width} ${scheme}:`, person.complaints);
  await person.close();
}
await browser.close();
console.log(`Pictures are in ${folder}`);

function job(files: string, name: string, sources: string[], destination: string) {
  return {
    name,
    source_dirs: sources.map((source) => join(files, source)),
    destination_type: 'local',
    destination_config: {
      mount_point: join(files, 'usb'),
      backup_subdir: destination,
      auto_mount: false,
      auto_unmount: false,
    },
  };
}

function makeJobs(files: string): void {
  const megabyte = Buffer.alloc(1_000_000, 'x');
  for (const [name, count] of Object.entries({ photos: 12, letters: 3, taxes: 2, laptop: 1, films: 9, usb: 0 })) {
    mkdirSync(join(files, name), { recursive: true });
    for (let n = 0; n < count; n += 1) writeFileSync(join(files, name, `${n}.bin`), megabyte);
  }
}

async function callAs(page: Page, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await page.evaluate(
    async (ask) => {
      const response = await fetch(ask.path, {
        method: ask.method,
        ...(ask.body === undefined
          ? {}
          : { body: JSON.stringify(ask.body), headers: { 'content-type': 'application/json' } }),
      });
      return { ok: response.ok, text: await response.text() };
    },
    { method, path, body },
  );
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.text}`);
  return JSON.parse(answer.text);
}
