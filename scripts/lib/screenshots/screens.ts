import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { atFirst, beforeLogin } from './strangers.ts';
import { password, type World } from './world.ts';

/** One picture: how to get there from an empty browser. */
export interface Screen {
  name: string;
  /** Drawn in German, too. */
  german?: boolean;
  /** Only what is in the window: for what lies over the page. */
  window?: boolean;
  /** What the browser may say about it. */
  complains?: RegExp;
  show(page: Page, world: World, look: { language: 'en' | 'de' }): Promise<void>;
  /** Puts back what it changed. */
  after?(): Promise<void>;
}

export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
export const sees = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
/** Until there is a heading and nothing is on its way. */
export async function drawn(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main .skeleton, main [aria-busy="true"]') === null);
}

async function go(page: Page, { box, cookie }: World, address: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name, value, url: box.url }]);
  await page.goto(box.url + address);
  await drawn(page);
}
const at = (name: string, address: (world: World) => string, more: Partial<Screen> = {}): Screen => ({
  name,
  ...more,
  async show(page, world, look) {
    await go(page, world, address(world));
    await more.show?.(page, world, look);
  },
});

const pages: Screen[] = [
  at('overview', () => '/', { german: true }),
  at('jobs-table', () => '/jobs', { german: true }),
  at('jobs-cards', () => '/jobs', {
    async show(page) {
      const cards = page.getByRole('radio', { name: 'Cards' });
      if (await cards.isVisible()) await cards.check(); // a phone shows nothing else
    },
  }),
  at('jobs-menu', () => '/jobs', {
    window: true,
    async show(page) {
      await press(page, 'More for Photos');
      await page.getByRole('menu').waitFor();
    },
  }),
  at('job', ({ jobs }) => `/jobs/${jobs['Photos']}`, { german: true }),
  at('job-stopped', ({ jobs }) => `/jobs/${jobs['Old laptop']}`),
  at('job-running', ({ jobs }) => `/jobs/${jobs['Video camera']}`),
  at('job-never', ({ jobs }) => `/jobs/${jobs['Phone']}`),
  at('job-not-here', () => '/jobs/4711', { complains: /status of 404/ }),
  at('job-delete', ({ jobs }) => `/jobs/${jobs['Photos']}`, {
    window: true,
    async show(page) {
      await press(page, 'More for Photos');
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  }),
  at('job-clone', ({ jobs }) => `/jobs/${jobs['Photos']}`, {
    window: true,
    async show(page) {
      await press(page, 'More for Photos');
      await page.getByRole('menuitem', { name: 'Clone' }).click();
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('job-schedule', ({ jobs }) => `/jobs/${jobs['Photos']}`, {
    window: true,
    async show(page) {
      await press(page, 'Add a schedule');
      await page.getByRole('radio', { name: 'Every week' }).check();
      await sees(page, 'The next three times');
    },
  }),
  at('editor-new', () => '/jobs/new'),
  at('editor-missing', () => '/jobs/new', {
    async show(page) {
      await press(page, 'Create backup');
      await sees(page, 'Choose at least one folder.');
    },
  }),
  at('editor-folders', () => '/jobs/new', {
    window: true,
    async show(page) {
      await press(page, 'Add a folder');
      await page.getByRole('treeitem').first().waitFor();
      await page.getByRole('treeitem', { name: 'photos' }).click();
    },
  }),
  at('editor', ({ jobs }) => `/jobs/${jobs['Photos']}/edit`, { german: true }),
  at('editor-preview', ({ jobs }) => `/jobs/${jobs['Old laptop']}/edit`, {
    async show(page) {
      await press(page, 'Look ahead');
      await sees(page, 'In the folders');
      for (const fold of await page.locator('.preview details summary').all()) await fold.click();
    },
  }),
  at('editor-patterns', ({ jobs }) => `/jobs/${jobs['Photos']}/edit`, {
    async show(page) {
      await page.getByRole('textbox', { name: 'Patterns' }).fill('*.tmp\n2019/\nThumbs.db');
      await press(page, 'Try the patterns');
      await sees(page, /left out \(/);
    },
  }),
  at('editor-leave', ({ jobs }) => `/jobs/${jobs['Photos']}/edit`, {
    window: true,
    async show(page) {
      await page.getByRole('textbox', { name: 'Name' }).fill('Pictures');
      await page.locator('nav a[href="/runs"]').first().click();
      await page.getByRole('alertdialog').waitFor();
    },
  }),
  at('history', () => '/runs', { german: true }),
  at('history-nothing-fits', () => '/runs?outcome=cancelled'),
  at('run', ({ runs }) => `/runs/${runs.completed}`, { german: true }),
  at('run-running', ({ runs }) => `/runs/${runs.running}`, { german: true }),
  at('run-incomplete', ({ runs }) => `/runs/${runs.withErrors}`),
  at('run-stopped', ({ runs }) => `/runs/${runs.stopped}`, {
    german: false,
    async show(page) {
      await press(page, 'Show the files');
      await page.getByRole('list', { name: /^Files that would be deleted/ }).waitFor();
    },
  }),
  at('run-overrule', ({ runs }) => `/runs/${runs.stopped}`, {
    window: true,
    async show(page) {
      await press(page, 'Allow these deletions');
      await page.getByRole('alertdialog').waitFor();
    },
  }),
  at('run-search', ({ runs }) => `/runs/${runs.withErrors}`, {
    async show(page) {
      await page.getByRole('searchbox').fill('Take 17');
      await sees(page, /found in all/);
    },
  }),
  at('run-not-here', () => '/runs/4711', { complains: /status of 404/ }),
  at('settings-list', () => '/settings', { german: true }),
  ...['profile', 'security', 'sessions', 'appearance', 'limits', 'credentials', 'about'].map((place) =>
    at(`settings-${place}`, () => `/settings/${place}`, { german: true }),
  ),
  at('settings-two-factor', () => '/settings/security', {
    async show(page) {
      await press(page, 'Set up two-factor login');
      await sees(page, 'Scan this code with your app');
    },
  }),
  at('settings-credentials-add', () => '/settings/credentials', {
    window: true,
    async show(page) {
      await press(page, 'Add credentials');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('palette', () => '/', {
    window: true,
    german: true,
    async show(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    },
  }),
  at('palette-search', () => '/', {
    window: true,
    async show(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('pho');
    },
  }),
  at('shortcuts', () => '/', {
    window: true,
    german: true,
    async show(page) {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  }),
  at('toast', ({ jobs }) => `/jobs/${jobs['Phone']}`, {
    window: true,
    async show(page) {
      await press(page, 'More for Phone');
      await page.getByRole('menuitem', { name: 'Switch off' }).click();
      await sees(page, /is switched off/);
      await press(page, 'More for Phone');
      await page.getByRole('menuitem', { name: 'Switch on' }).click();
      await sees(page, /is switched on/);
    },
  }),
  at('not-here', () => '/nothing/here', { german: true }),
  {
    name: 'reconnecting',
    window: true,
    german: true,
    complains: /./,
    async show(page, world) {
      // As if the box went while one looks: its connection ends, and whatever is asked then fails.
      let cut = () => {};
      await page.routeWebSocket('**/api/ws/**', (socket) => {
        socket.connectToServer();
        cut = () => void socket.close();
      });
      await go(page, world, '/');
      await page.route('**/api/**', (route) => route.abort());
      await page.routeWebSocket('**/api/ws/**', (socket) => void socket.close());
      cut();
      await page.locator('.connection-text').waitFor();
    },
  },
  {
    name: 'docs',
    async show(page, world) {
      await go(page, world, '/settings/about');
      await page.goto(`${world.box.url}/api/docs`);
      await page.locator('#operations-Jobs-getApiJobs').waitFor();
    },
    window: true,
  },
];

/** From an empty browser at an empty box. */
const first: Screen[] = [
  atFirst('setup', { german: true }, async () => {}),
  atFirst('setup-short-password', {}, async (page) => {
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Password', { exact: true }).fill('too short');
    await press(page, 'Create account');
  }),
  atFirst('setup-closed', { complains: /status of 403/ }, async (page) => {
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press(page, 'Create account');
    await sees(page, 'Set-up is closed right now.');
  }),
  atFirst('overview-empty', { german: true, signedIn: '/' }, drawn),
  atFirst('jobs-empty', { signedIn: '/jobs' }, drawn),
  atFirst('history-empty', { signedIn: '/runs' }, drawn),
  atFirst('welcome-what', { german: true, signedIn: '/welcome' }, drawn),
  atFirst('welcome-where', { signedIn: '/welcome' }, toWhere),
  atFirst('welcome-when', { signedIn: '/welcome' }, async (page, home) => {
    await toWhere(page, home);
    const folder = page.getByRole('textbox', { name: 'Folder' });
    if (!(await page.getByRole('radio', { checked: true }).count())) {
      await page.getByRole('radio', { name: 'A folder on this box' }).check();
      const copies = join(home, 'copies');
      mkdirSync(copies, { recursive: true });
      await folder.fill(copies);
      await folder.blur();
    }
    await press(page, 'Continue');
    await sees(page, 'The next three times');
    await sees(page, /^\d+ files$/);
  }),
];

async function toWhere(page: Page): Promise<void>;
async function toWhere(page: Page, home: string): Promise<void>;
async function toWhere(page: Page): Promise<void> {
  await page.getByRole('checkbox').first().check();
  await press(page, 'Continue');
  await sees(page, 'Where should the copies go?');
  await drawn(page);
}

export const screens: Screen[] = [...first, ...beforeLogin, ...pages];
