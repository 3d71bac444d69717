import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

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
  /** What the browser complained about so far, in any tab: script errors, console errors, violations of the CSP. */
  complaints: string[];
  /** One more tab of the same person: same cookies, same choices. */
  tab(): Promise<Page>;
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
      context.setDefaultTimeout(20_000);
      const complaints = await listenTo(context);
      const tab = () => context.newPage();
      return { page: await tab(), complaints, tab, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

async function listenTo(context: BrowserContext): Promise<string[]> {
  const complaints: string[] = [];
  context.on('weberror', (problem) => complaints.push(`script: ${problem.error().message}`));
  context.on('dialog', (dialog) => {
    // The browser's own question before a form is left that was not saved: whoever walks on means it.
    if (dialog.type() === 'beforeunload') return void dialog.accept();
    complaints.push(`script: somebody called ${dialog.type()}("${dialog.message()}")`);
    return void dialog.dismiss();
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !isExpectedRefusal(message.text(), message.location().url))
      complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  // Also those a script catches, which the console does not call errors.
  await context.exposeFunction('reportViolation', (what: string) => complaints.push(`csp: ${what}`));
  await context.addInitScript(() => {
    const { reportViolation } = window as unknown as { reportViolation(what: string): void };
    document.addEventListener('securitypolicyviolation', (event) =>
      reportViolation(`${event.effectiveDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  return complaints;
}

/**
 * Chromium writes every answer of 400 and above into the console; a refused login is no fault of the page. Nor is a
 * socket that could not be opened: the page tries again, and asks without it meanwhile.
 */
const isExpectedRefusal = (text: string, url: string): boolean =>
  (/status of (401|403|429|503)\b/.test(text) && /\/api\/auth\//.test(url)) ||
  /^WebSocket connection to 'wss?:[^']*\/api\/ws\/(events|logs\/\d+)'/.test(text);
