import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Visitor {
  page: Page;
  /** What the browser complained about so far: script errors, console errors, violations of the CSP. */
  complaints: string[];
  close(): Promise<void>;
}

export interface Browser {
  /** A person with an empty browser of their own. */
  visitor(options?: BrowserContextOptions): Promise<Visitor>;
  close(): Promise<void>;
}

/** Debian's Chromium with a new profile. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: flags });
  return {
    async visitor(options) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isExpectedRefusal(message.text(), message.location().url))
          complaints.push(`console: ${message.text()} (${message.location().url})`);
      });
      // Also those a script catches, which the console does not call errors.
      await page.exposeFunction('reportViolation', (what: string) => complaints.push(`csp: ${what}`));
      await page.addInitScript(() => {
        const { reportViolation } = window as unknown as { reportViolation(what: string): void };
        document.addEventListener('securitypolicyviolation', (event) =>
          reportViolation(`${event.effectiveDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`),
        );
      });
      return { page, complaints, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

/** Chromium writes every answer of 400 and above into the console; a refused login is no fault of the page. */
const isExpectedRefusal = (text: string, url: string): boolean =>
  /status of (401|403|429)\b/.test(text) && /\/api\/auth\//.test(url);
