import { callerOf, withPeer } from './caller.ts';

export interface ToldDeps {
  /** The application itself: whoever asks is judged as if the browser had asked. */
  handle(request: Request): Response | Promise<Response>;
  /** First message of a live topic, as JSON text. */
  topic(name: string): string;
}

/** Every visit asks these before anything is drawn. */
const always = ['/api/system/health', '/api/auth/setup-required', '/api/auth/me'];
/** What the page at an address asks next, by the same words as in `ui/src/api`. */
const next: [address: RegExp, paths: (id: string) => string[]][] = [
  [/^\/$/, () => ['/api/attention', '/api/destinations', '/api/schedules/upcoming?limit=100']],
  [/^\/runs\/(\d{1,15})$/, (run) => [`/api/runs/${run}`]],
];
const settings = '/api/settings';
const topics = ['jobs', 'runs'];
/** A box with very many jobs tells them by its socket, while the page is drawn. */
const mostLength = 300_000;

/**
 * JSON of what the page at `path` needs first, so that a slow device need not ask for it after the page has come:
 * `answers` by path of a GET (`[status, body]`, exactly as it would be answered), `topics` the first messages of the live
 * socket. Safe inside a `<script type="application/json">`.
 */
export type Teller = (request: Request, path: string) => Promise<string>;

interface Answer {
  path: string;
  status: number;
  /** JSON. */
  text: string;
}

export function createTeller({ handle, topic }: ToldDeps): Teller {
  const ask = async (page: Request, path: string): Promise<Answer> => {
    const headers = new Headers();
    for (const name of ['host', 'cookie', 'user-agent']) {
      const value = page.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const request = new Request(new URL(path, page.url), { headers });
    const answer = await handle(withPeer(request, callerOf(page).address));
    return { path, status: answer.status, text: await answer.text() };
  };
  const askAll = (page: Request, paths: readonly string[]) => Promise.all(paths.map((path) => ask(page, path)));

  return async (request, path) => {
    const first = await askAll(request, always);
    const written = (answers: readonly Answer[], messages: readonly string[]) => {
      const lines = answers.map((one) => `${JSON.stringify(one.path)}:[${one.status},${one.text}]`);
      return `{"answers":{${lines.join()}},"topics":[${messages.join()}]}`.replaceAll('<', '\\u003c');
    };
    const isSignedIn = first.find((one) => one.path === '/api/auth/me')?.status === 200;
    if (!isSignedIn) return written(first, []);
    const [found, paths] = next.map(([address, of]) => [address.exec(path), of] as const).find(([fits]) => fits) ?? [];
    const more = await askAll(request, [settings, ...(paths?.(found?.[1] ?? '') ?? [])]);
    // The topics are for whoever may see the rest of the box; see the guard.
    if (more[0]?.status !== 200) return written(first, []);
    const all = written([...first, ...more.filter((one) => one.status === 200)], topics.map(topic));
    return all.length > mostLength ? written(first, []) : all;
  };
}
