import { afterAll } from 'bun:test';
import { type AppDeps, createApp } from '../../src/app.ts';
import { assets } from '../../src/config/assets.ts';
import { parseConfig } from '../../src/config/config.ts';
import { systemIds } from '../../src/core/ids.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import { type DataFolder, openDataFolder } from '../../src/db/data-folder.ts';
import { asOwner, withPeer } from '../../src/http/caller.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { tempDir } from './temp.ts';

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, with no content type of ours. */
  rawBody?: string;
  headers?: Record<string, string>;
  /** Session cookie value. */
  token?: string | null;
  /** As the data folder's owner (no login). */
  owner?: boolean;
  peer?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed body; undefined when it is not JSON. */
  json: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into any shape
  /** Value of the session cookie this answer set, '' when it cleared it, null when it set none. */
  cookie: string | null;
}

export interface TestApp {
  dir: string;
  data: DataFolder;
  clock: FakeClock;
  app: ReturnType<typeof createApp>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Creates the admin `admin` / `securepassword123` once and answers a session token for it. */
  signIn(): Promise<string>;
  close(): void;
}

export const adminLogin = { username: 'admin', password: 'securepassword123' };

/** What a test may put in the place of the machine; its clock is believed unless the test says otherwise. */
export type TestParts = Partial<Pick<AppDeps, 'clockSigns' | 'onRunStep' | 'log' | 'signInCertificate'>>;

/** A whole application over a fresh data folder, without a listening port. Closed after the file's tests. */
export function startTestApp(
  env: Record<string, string> = {},
  clock = fakeClock(),
  dir = tempDir('app'),
  parts: TestParts = {},
): TestApp {
  const config = parseConfig({}, { DATA_DIR: dir, TZ: 'UTC', ...env });
  const data = openDataFolder({
    dir,
    command: 'test',
    migrations: assets().migrations,
    log: silentLog,
    now: clock.now,
  });
  if (!('main' in data)) throw new Error(data.problem);
  // In life such an answer is sent all the same; in a test it must not pass.
  const misfits: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (message, fields) => {
      if (message.includes('does not fit its schema')) misfits.push(`${message}: ${JSON.stringify(fields)}`);
    },
  };
  const clockSigns = { synchronised: () => true, hasRtc: () => true };
  const app = createApp({ config, data, clock, ids: systemIds, log, clockSigns, ...parts });
  let token: string | null = null;
  let closed = false;

  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const headers = new Headers({ host: 'localhost:3862', ...options.headers });
    let body: string | undefined;
    if (options.rawBody !== undefined) body = options.rawBody;
    else if (options.body !== undefined) {
      body = JSON.stringify(options.body);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    }
    if (options.token) headers.set('cookie', `token=${options.token}`);
    const request = new Request(`http://localhost:3862${path}`, { method, headers, body });
    withPeer(request, options.peer ?? '127.0.0.1');
    const response = await app.http.handle(options.owner ? asOwner(request) : request);
    const text = await response.text();
    if (misfits.length > 0) throw new Error(misfits.splice(0).join('\n'));
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const cookie = /(?:^|, )token=([^;]*)/.exec(response.headers.getSetCookie().join(', '))?.[1] ?? null;
    return { status: response.status, headers: response.headers, text, json, cookie };
  };

  const test: TestApp = {
    dir,
    data,
    clock,
    app,
    call,
    async signIn() {
      if (token) return token;
      const made = await call('POST', '/api/auth/setup', { body: adminLogin });
      if (made.status !== 200 || !made.cookie) throw new Error(`set-up answered ${made.status}: ${made.text}`);
      token = made.cookie;
      return token;
    },
    close() {
      if (closed) return;
      closed = true;
      data.close();
    },
  };
  afterAll(() => test.close());
  return test;
}
