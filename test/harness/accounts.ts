import { afterAll } from 'bun:test';
import { systemIds } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { startGoogleDrive } from '../servers/google-drive.ts';
import type { OAuthDouble } from '../servers/oauth.ts';
import { type Answer, startTestApp, type TestApp } from './app.ts';
import { fakeClock } from './clock.ts';
import { eventually } from './processes.ts';

/** An application whose people sign in at doubles of Google and Microsoft. */
export interface AccountLab {
  app: TestApp;
  double: Awaited<ReturnType<typeof startGoogleDrive>>;
  google: OAuthDouble;
  microsoft: OAuthDouble;
  /** Everything the program logged and answered so far. */
  said: string[];
  /** With the registration the double knows, at Google in the browser unless told otherwise. */
  begin(wish?: Record<string, unknown>, token?: string | null): Promise<Answer>;
  see(id: string, token?: string | null): Promise<Answer>;
  /** Waits until it is done or has failed. */
  ended(id: string): Promise<{ state: string; message: string; credential_id: number | null }>;
  /** The browser opens an address at this box. */
  visit(address: URL | string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  /** A whole sign-in; the number of the credential. */
  signedIn(type?: 'google_drive' | 'onedrive'): Promise<number>;
  /** While `work` lasts both services say they are not well. */
  unreachable(work: () => Promise<void>): Promise<void>;
  /** What only people signed in see: the lines about accounts. */
  attention(): Promise<{ id: string; topic: string; level: string; message: string }[]>;
}

/** Closed after the file's tests. */
export async function accountLab(): Promise<AccountLab> {
  const clock = fakeClock();
  const double = await startGoogleDrive({ now: clock.now });
  for (const one of [double.google, double.microsoft]) one.intervalSeconds = 0.05;
  const said: string[] = [];
  const log = createLog('debug', (line) => said.push(line), clock.now);
  const env = { GOOGLE_OAUTH_URL: double.url, MICROSOFT_LOGIN_URL: double.url };
  const app = startTestApp(env, clock, undefined, { log, signInCertificate: double.fingerprint });
  afterAll(async () => {
    app.app.signIns.stop();
    await double.stop();
  });
  const call: TestApp['call'] = async (...asked) => {
    const answer = await app.call(...asked);
    said.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  };
  const tokenOf = async (token: string | null | undefined) => (token === undefined ? await app.signIn() : token);
  const lab: AccountLab = {
    app: { ...app, call },
    double,
    google: double.google,
    microsoft: double.microsoft,
    said,
    async begin(wish = {}, token) {
      const type = wish['provider_type'] ?? 'google_drive';
      const { client } = type === 'onedrive' ? double.microsoft : double.google;
      const registration = { client_id: client.id, client_secret: client.secret };
      const body = { provider_type: type, method: 'browser', ...registration, ...wish };
      return await call('POST', '/api/sign-ins', { body, token: await tokenOf(token) });
    },
    see: async (id, token) => await call('GET', `/api/sign-ins/${id}`, { token: await tokenOf(token) }),
    async ended(id) {
      let last: Answer | undefined;
      await eventually('the sign-in ends', async () => (last = await lab.see(id)).json.state !== 'waiting', 10_000);
      return last?.json;
    },
    visit: (address, headers = {}, method = 'GET') => {
      const { pathname, search } = new URL(address);
      return call(method, pathname + search, { headers });
    },
    async signedIn(type = 'google_drive') {
      const account = type === 'onedrive' ? double.microsoft : double.google;
      const { json } = await lab.begin({ provider_type: type });
      await lab.visit(account.consent(json.url));
      const { state, message, credential_id: id } = await lab.ended(json.id);
      if (state !== 'done' || id === null) throw new Error(`The sign-in ended ${state}: ${message}`);
      return id;
    },
    async unreachable(work) {
      const both = [double.google, double.microsoft];
      for (const one of both) one.unwell = true;
      await work();
      for (const one of both) one.unwell = false;
    },
    attention: async () =>
      (await call('GET', '/api/attention', { owner: true })).json.filter(
        (line: { topic: string }) => line.topic === 'account',
      ),
  };
  return lab;
}

/** A random word nobody else says. */
export const canary = (): string => `canary${systemIds.hex(8)}`;
