import { afterAll, beforeAll, expect } from 'bun:test';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Browser, openBrowser, type Visitor } from './browser.ts';
import { openBuiltBox } from './built-box.ts';

/** A folder for what was on the screen when a test failed. */
const pictures = process.env['DYNAMIGHT_TEST_PICTURES'];

/** What every kind of box has. */
interface AnyBox {
  url: string;
  close(): Promise<void>;
}

export interface Visit<Box extends AnyBox> {
  page: Page;
  box: Box;
  /** One more tab of the same person; closed at the end. */
  tab(): Promise<Page>;
  /** What the browser complained about so far; taken out, so that it counts no more. For a request that had to fail. */
  forgive(): string[];
}

/** The browser of one test file, and how to visit boxes with it. To be called outside of tests. */
export function visits(options: BrowserContextOptions = {}) {
  let browser: Browser;
  let visitor: Visitor;
  beforeAll(async () => {
    browser = await openBrowser();
    visitor = await browser.visitor({ reducedMotion: 'reduce', ...options });
  });
  afterAll(() => browser.close());

  /** One tab serves all visits, emptied in between; at the end the browser must have had nothing to complain of. */
  async function at<Box extends AnyBox>(box: Box, walk: (visit: Visit<Box>) => Promise<void>): Promise<void> {
    const { page, complaints } = visitor;
    const tabs: Page[] = [];
    const tab = async () => {
      const one = await visitor.tab();
      tabs.push(one);
      return one;
    };
    try {
      await page.goto(box.url);
      await walk({ page, box, tab, forgive: () => complaints.splice(0) });
      expect(complaints).toEqual([]);
    } catch (problem) {
      if (pictures) await page.screenshot({ path: join(pictures, `${Date.now()}.png`), fullPage: true });
      throw problem;
    } finally {
      await Promise.all(tabs.map((one) => one.close()));
      await page.context().setOffline(false);
      await page.context().clearCookies();
      await page.setExtraHTTPHeaders({});
      await page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' });
      await page.setViewportSize(wide);
      await page.goto('about:blank');
      complaints.length = 0;
    }
  }

  /** Visits a box of one's own, the executable unless told otherwise. */
  async function visit(walk: (visit: Visit<Awaited<ReturnType<typeof openBuiltBox>>>) => Promise<void>): Promise<void>;
  async function visit<Box extends AnyBox>(
    walk: (visit: Visit<Box>) => Promise<void>,
    open: () => Promise<Box>,
  ): Promise<void>;
  async function visit(walk: (visit: Visit<never>) => Promise<void>, open: () => Promise<AnyBox> = openBuiltBox) {
    const box = await open();
    try {
      await at(box as never, walk);
    } finally {
      await box.close();
    }
  }
  return { visit, at };
}

export const wide = { width: 1280, height: 800 };
/** The smallest phone, the usual one, and half of a small screen: what 200 % zoom leaves. */
export const narrow = { small: { width: 360, height: 740 }, phone: { width: 390, height: 844 } };
export const zoomed = { width: 640, height: 400 };
