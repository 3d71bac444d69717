import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export const password = 'correct horse battery';

export const field = (page: Page, label: string | RegExp) => page.getByLabel(label, { exact: true });
export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
export const sees = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
export const seesHeading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor();

async function fillIn(page: Page, name: string, secret: string, button: string): Promise<void> {
  await field(page, 'Name').fill(name);
  await field(page, 'Password').fill(secret);
  await press(page, button);
}
export const setUp = (page: Page, name = 'alice', secret = password) => fillIn(page, name, secret, 'Create account');
export const signIn = (page: Page, secret = password) => fillIn(page, 'alice', secret, 'Sign in');
export async function signOut(page: Page): Promise<void> {
  await press(page, 'Sign out');
  await sees(page, 'You are signed out.');
}
/** The frame that is around every page behind the login. */
export const isInside = (page: Page) =>
  page
    .getByRole('navigation', { name: /^(Main|Haupt\S*)$/ })
    .first()
    .waitFor();

/** Sets the box up from outside the page and signs the browser in; the next address shows what is behind the login. */
export async function moveIn(page: Page, url: string): Promise<void> {
  await call(page, 'POST', '/api/auth/setup', { username: 'alice', password }, url);
}

/** Coming back to the tab: the page asks the box at once instead of in a few seconds. */
export const lookAgain = (page: Page) =>
  page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));

/** As the page's own script would call the API, with its cookie; nothing about it lands in the console. */
export async function call<T>(
  page: Page,
  method: string,
  path: string,
  body?: unknown,
  url = new URL(page.url()).origin,
): Promise<T> {
  const answer = await page.context().request.fetch(url + path, {
    method,
    headers: { origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { data: JSON.stringify(body) }),
  });
  if (!answer.ok()) throw new Error(`${method} ${path} answered ${answer.status()}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

export interface Folders {
  photos: string;
  usb: string;
}

/** Some pictures, and a place for their copy. */
export function makeFolders(files: string, count = 150): Folders {
  const [photos, usb] = [join(files, 'photos'), join(files, 'usb')];
  for (const folder of [photos, usb]) mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n += 1) writeFileSync(join(photos, `${n}.jpg`), `picture ${n}`);
  return { photos, usb };
}

export const jobOf = ({ photos, usb }: Folders, options = {}, name = 'Photos', subdir = 'copy') => ({
  name,
  source_dirs: [photos],
  destination_type: 'local',
  destination_config: { mount_point: usb, backup_subdir: subdir, auto_mount: false, auto_unmount: false },
  sync_options: options,
});

export interface RunOfPage {
  id: number;
  status: string;
  reason: string | null;
  files_transferred: number;
}

export const startRun = async (page: Page, jobId: number): Promise<number> =>
  (await call<{ run_id: number }>(page, 'POST', `/api/jobs/${jobId}/run`)).run_id;

/** Waits for the end of a run, and tells it. */
export async function ended(page: Page, runId: number, withinMs = 20_000): Promise<RunOfPage> {
  const until = performance.now() + withinMs;
  for (;;) {
    const run = await call<RunOfPage & { completed_at: string | null }>(page, 'GET', `/api/runs/${runId}`);
    if (run.completed_at !== null) return run;
    if (performance.now() > until) throw new Error(`Run ${runId} did not end within ${withinMs} ms`);
    await Bun.sleep(25);
  }
}

export const saveJob = async (page: Page, job: object): Promise<number> =>
  (await call<{ id: number }>(page, 'POST', '/api/jobs', job)).id;
