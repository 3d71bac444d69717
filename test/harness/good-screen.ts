import { expect } from 'bun:test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeWindow {
  axe?: {
    run(options: object): Promise<{ violations: { id: string; impact: string | null; nodes: { html: string }[] }[] }>;
  };
}

/** What axe calls serious or critical, in light and dark; what a screen reader meets is the same in both. */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const all: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await page.evaluate(
      async (options) => {
        const { violations } = (await (window as unknown as AxeWindow).axe?.run(options)) ?? { violations: [] };
        return violations
          .filter((one) => one.impact === 'serious' || one.impact === 'critical')
          .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 300)).join(' | ')}`);
      },
      { resultTypes: ['violations'], ...(colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {}) },
    );
    all.push(...found.map((one) => `${colorScheme}: ${one}`));
  }
  return all;
}

/** What reaches beyond the window, when the page itself can be scrolled sideways. */
export async function sidewaysFindings(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isClipped = (element: Element | null): boolean =>
      element !== null &&
      element !== document.body &&
      (getComputedStyle(element).overflowX !== 'visible' || isClipped(element.parentElement));
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1 && !isClipped(element.parentElement),
    );
    return [`${scrollWidth} wide`, ...beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 160))];
  });
  return found.map((one) => `at ${page.viewportSize()?.width} px: ${one}`);
}

export const expectAccessible = async (page: Page) => expect(await axeFindings(page)).toEqual([]);
export const expectNoSidewaysScroll = async (page: Page) => expect(await sidewaysFindings(page)).toEqual([]);

/** Both, on a desk and on the smallest phone. */
export async function expectGoodScreen(page: Page): Promise<void> {
  await expectAccessible(page);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  if (before) await page.setViewportSize(before);
}
