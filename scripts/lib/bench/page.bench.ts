// the page on a slow device (Chromium, 4 times slower): first meaningful paint, longest task, frames while a run talks
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Browser, openBrowser, type Visitor } from '../../../test/harness/browser.ts';
import { type Row, table } from './table.ts';

const limits = { paintMs: 1000, taskMs: 100, framesPerSecond: 30 };
const slowDown = 4;

const { values: options } = parseArgs({
  options: {
    tries: { type: 'string', default: '5' },
    lines: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '8' },
  },
});
const [tries, lines, seconds] = [options.tries, options.lines, options.seconds].map(Number) as [number, number, number];
const say = (text: string) => console.error(text);

interface TalkingBox {
  url: string;
  cookie: string;
  run: number;
  job: number;
  talk(): void;
  /** How many lines it has said. */
  hush(): Promise<number>;
  end(): void;
}

async function startTalkingBox(): Promise<TalkingBox> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'talking-box.ts'), `${lines}`], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const answers = lineByLine(child.stdout);
  const tell = (word: string) => {
    void child.stdin.write(`${word}\n`);
    void child.stdin.flush();
  };
  const told = JSON.parse(await answers()) as Pick<TalkingBox, 'url' | 'cookie' | 'run' | 'job'>;
  return {
    ...told,
    talk: () => tell('talk'),
    async hush() {
      tell('hush');
      return (JSON.parse(await answers()) as { said: number }).said;
    },
    end: () => tell('end'),
  };
}

function lineByLine(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let held = '';
  return async () => {
    for (;;) {
      const end = held.indexOf('\n');
      if (end !== -1) {
        const line = held.slice(0, end);
        held = held.slice(end + 1);
        return line;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error('The box ended');
      held += decoder.decode(value, { stream: true });
    }
  };
}

/** What the page notes about itself, from its first moment on. */
interface Noted {
  paints: number[];
  tasks: number[];
  frames: number;
}
function noteDown(): void {
  const noted: Noted = { paints: [], tasks: [], frames: 0 };
  (window as unknown as { noted: Noted }).noted = noted;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) noted.paints.push(entry.startTime);
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) noted.tasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  const frame = () => {
    noted.frames += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
const noted = (page: Page) => page.evaluate(() => (window as unknown as { noted: Noted }).noted);

/**
 * A new window makes the browser load pages of its own behind it (the list under its address bar, some hundred files),
 * on the same processors. A person opens ours from a window that was there already, so that is over before we look.
 */
const windowReadyMs = 2000;

/** A browser that was never here, signed in, on a slow device. */
async function newcomer(browser: Browser, box: TalkingBox): Promise<Visitor> {
  const visitor = await browser.visitor();
  const [name = '', value = ''] = box.cookie.split('=');
  await visitor.page.context().addCookies([{ name, value, url: box.url }]);
  await visitor.page.addInitScript(noteDown);
  await visitor.page.waitForTimeout(windowReadyMs);
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
  return visitor;
}

/** Until nothing new was painted or worked on for a while. */
async function settled(page: Page): Promise<Noted> {
  for (let before = ''; ; ) {
    await page.waitForTimeout(700);
    const now = await noted(page);
    const { paints, tasks } = now;
    if (JSON.stringify({ paints, tasks }) === before) return now;
    before = JSON.stringify({ paints, tasks });
  }
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const inOrder = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const middle = (values: readonly number[]) => inOrder(values)[Math.floor(values.length / 2)] ?? Number.NaN;

function atMost(what: string, found: readonly number[], limit: number): Row {
  const best = Math.min(...found);
  return { what, ours: ms(best), best: ms(best), median: ms(middle(found)), limit: ms(limit), kept: best <= limit };
}

async function openings(browser: Browser, box: TalkingBox, name: string, path: string): Promise<Row[]> {
  const [paints, tasks]: [number[], number[]] = [[], []];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const visitor = await newcomer(browser, box);
    await visitor.page.goto(box.url + path);
    const found = await settled(visitor.page);
    paints.push(found.paints.at(-1) ?? Number.NaN);
    tasks.push(Math.max(0, ...found.tasks));
    await visitor.close();
  }
  say(`  ${name}: painted ${paints.map(ms).join(', ')}; longest task ${tasks.map(ms).join(', ')}`);
  return [
    atMost(`${name}: largest contentful paint`, paints, limits.paintMs),
    atMost(`${name}: longest task`, tasks, limits.taskMs),
  ];
}

/** From one page to the next by the navigation, as a person does. */
async function walking(browser: Browser, box: TalkingBox): Promise<Row> {
  const longest: number[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const { page, close } = await newcomer(browser, box);
    await page.goto(box.url);
    await settled(page);
    const before = (await noted(page)).tasks.length;
    for (const href of ['/jobs', '/runs', '/settings', '/']) {
      await page.locator(`nav a[href="${href}"]`).first().click();
      await settled(page);
    }
    longest.push(Math.max(0, ...(await noted(page)).tasks.slice(before)));
    await close();
  }
  say(`  from page to page: ${longest.map(ms).join(', ')}`);
  return atMost('from page to page: longest task', longest, limits.taskMs);
}

/** Each try looks at the run for some seconds while it talks. */
async function watching(browser: Browser, box: TalkingBox): Promise<Row[]> {
  const [frames, tasks, arrived]: [number[], number[], number[]] = [[], [], []];
  for (let attempt = 0; attempt < Math.min(tries, 3); attempt += 1) {
    const { page, close } = await newcomer(browser, box);
    await page.goto(`${box.url}/runs/${box.run}`);
    await page.locator('[aria-setsize]').first().waitFor();
    await settled(page);
    const shown = () =>
      page.evaluate(() => Number(document.querySelector('[aria-setsize]')?.getAttribute('aria-setsize')));
    const [before, linesBefore, started] = [await noted(page), await shown(), performance.now()];
    box.talk();
    await page.waitForTimeout(seconds * 1000);
    const [after, linesAfter, took] = [await noted(page), await shown(), (performance.now() - started) / 1000];
    await box.hush();
    frames.push((after.frames - before.frames) / took);
    tasks.push(Math.max(0, ...after.tasks.slice(before.tasks.length)));
    arrived.push((linesAfter - linesBefore) / took);
    await close();
  }
  const round = (values: readonly number[]) => values.map((value) => value.toFixed(0)).join(', ');
  say(
    `  ${lines} lines/s: ${round(frames)} frames/s; longest task ${round(tasks)} ms; ${round(arrived)} lines/s shown`,
  );
  const [most, perSecond] = [Math.max(...frames), (value: number) => `${value.toFixed(0)}/s`];
  const [heard, least] = [Math.max(...arrived), lines * 0.9];
  return [
    {
      what: `frames while ${lines} log lines/s come`,
      ours: perSecond(most),
      best: perSecond(most),
      median: perSecond(middle(frames)),
      limit: `>= ${perSecond(limits.framesPerSecond)}`,
      kept: most >= limits.framesPerSecond,
    },
    {
      what: 'log lines that reach the screen',
      ours: perSecond(heard),
      best: perSecond(heard),
      median: perSecond(middle(arrived)),
      limit: `>= ${perSecond(least)}`,
      kept: heard >= least,
    },
    atMost('longest task meanwhile', tasks, limits.taskMs),
  ];
}

const [load = 0] = loadavg();
if (load > availableParallelism() / 2)
  say(`This machine is busy (load ${load.toFixed(1)}): what is found now is worse than what a person would see.`);
const box = await startTalkingBox();
const browser = await openBrowser();
const rows: Row[] = [];
say('Opening the page for the first time');
rows.push(...(await openings(browser, box, 'overview', '/')));
rows.push(...(await openings(browser, box, 'run', `/runs/${box.run}`)));
say('From page to page');
rows.push(await walking(browser, box));
say('Watching a run');
rows.push(...(await watching(browser, box)));
await browser.close();
box.end();
console.log(table(rows));
process.exit(rows.every((row) => row.kept) ? 0 : 1);
