// Draws every screen in every look: draw.ts FOLDER [WORD …]; only screens whose name holds one of the words.
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../../test/harness/browser.ts';
import { type Screen, screens } from './screens.ts';
import { makeWorld } from './world.ts';

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say which folder the pictures go to');
const settleMs = 350;
const patienceMs = 15_000;
const painters = 2;

interface Look {
  width: number;
  scheme: 'light' | 'dark';
  language: 'en' | 'de';
}
const looks: Look[] = [1280, 390].flatMap((width) => [
  { width, scheme: 'light', language: 'en' },
  { width, scheme: 'dark', language: 'en' },
  { width, scheme: 'light', language: 'de' },
]);

const chosen = screens.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const world = await makeWorld();
const browser = await openBrowser();
const problems: string[] = [];
let drawn = 0;

const settingsOf = ({ width, scheme, language }: Look): BrowserContextOptions => ({
  viewport: { width, height: width > 600 ? 800 : 844 },
  deviceScaleFactor: width > 600 ? 1 : 2,
  colorScheme: scheme,
  reducedMotion: 'reduce',
  locale: language === 'de' ? 'de-DE' : 'en-GB',
  timezoneId: 'UTC',
});

async function draw(page: Page, screen: Screen, look: Look): Promise<void> {
  await page.waitForTimeout(settleMs);
  const name = `${screen.name}-${look.width}-${look.language === 'de' ? 'german' : look.scheme}`;
  await page.screenshot({ path: join(folder ?? '.', `${name}.png`), fullPage: !screen.window });
  drawn += 1;
}

async function drawIn(look: Look, screen: Screen): Promise<void> {
  const person = await browser.visitor(settingsOf(look));
  person.page.setDefaultTimeout(patienceMs);
  try {
    await screen.show(person.page, world, look);
    await draw(person.page, screen, look);
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    problems.push(`${screen.name} ${look.width} ${look.scheme} ${look.language}: ${why}`);
    await draw(person.page, { ...screen, name: `failed-${screen.name}` }, look).catch(() => {});
  }
  const complaints = person.complaints.filter((one) => !screen.complains?.test(one));
  for (const one of complaints) problems.push(`${screen.name} ${look.width} ${look.scheme}: ${one}`);
  await person.close();
  await screen.after?.();
}

for (const look of looks) {
  const queue = chosen.filter(({ german }) => look.language === 'en' || german);
  const painter = async () => {
    for (let screen = queue.shift(); screen; screen = queue.shift()) await drawIn(look, screen);
  };
  await Promise.all(Array.from({ length: painters }, painter));
  console.error(`${look.width} px, ${look.language === 'de' ? 'German' : look.scheme}: drawn`);
}
await browser.close();
await world.box.close();
for (const problem of problems) console.error(problem);
console.log(`${drawn} pictures are in ${folder}`);
process.exit(problems.length > 0 ? 1 : 0);
