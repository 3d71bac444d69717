import { afterAll, describe, expect, test } from 'bun:test';
import { startGoogleDrive } from '../../../test/servers/google-drive.ts';
import type { OAuthDouble } from '../../../test/servers/oauth.ts';
import { StorageError } from '../errors.ts';
import { createHttpClient } from '../net/client.ts';
import { pollDevice, startDevice } from './device.ts';
import { refresh } from './refresh.ts';
import { googleOAuth, microsoftOAuth, type OAuthService } from './services.ts';
import { authorizeUrl, challengeOf, createPkce, exchangeCode } from './sign-in.ts';
import type { OAuthPorts } from './token-request.ts';

const { signal } = new AbortController();
let ahead = 0;
const now = () => Date.now() + ahead;
const double = await startGoogleDrive({ now });
const http = createHttpClient({ what: 'The sign-in', pinnedCertificate: double.fingerprint });
afterAll(async () => {
  http.close();
  await double.stop();
});

const services: [OAuthService, OAuthDouble][] = [
  [googleOAuth(double.url), double.google],
  [microsoftOAuth('consumers', double.url), double.microsoft],
];
const redirectUri = 'https://box.example/oauth/return';
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const failure = async (work: Promise<unknown>): Promise<StorageError> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof StorageError)) throw new Error('No StorageError', { cause: error });
  return error;
};

test('the challenge is that of RFC 7636', () => {
  expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
  expect(createPkce(random).verifier).toMatch(/^[\w-]{43}$/);
});

test('people are sent to the real addresses unless told otherwise', () => {
  expect(googleOAuth()).toMatchObject({
    authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    deviceUrl: 'https://oauth2.googleapis.com/device/code',
  });
  expect(microsoftOAuth('../x').tokenUrl).toBe('https://login.microsoftonline.com/..%2Fx/oauth2/v2.0/token');
});

for (const [service, account] of services)
  describe(`sign-in at ${service.name}`, () => {
    const client = account.client;
    const ports: OAuthPorts = { http, service, client, now };
    const begin = () => {
      const pkce = createPkce(random);
      return { pkce, url: authorizeUrl(service, { client, redirectUri, state: 'state-1', challenge: pkce.challenge }) };
    };

    test('in the browser: the code and the verifier bring tokens, once', async () => {
      const { pkce, url } = begin();
      expect(url).not.toContain(client.secret);
      expect(url).not.toContain(pkce.verifier);
      const back = account.consent(url);
      expect(back.searchParams.get('state')).toBe('state-1');
      const asked = { code: back.searchParams.get('code') ?? '', verifier: pkce.verifier, redirectUri };
      const tokens = await exchangeCode(ports, asked, signal);
      expect(account.accepts(tokens.accessToken)).toBe(true);
      expect(Math.abs(tokens.expiresAtMs - now() - 3_600_000)).toBeLessThan(60_000);
      expect((await failure(exchangeCode(ports, asked, signal))).code).toBe('auth_failed');
    });

    test('a code in the wrong hands is worth nothing', async () => {
      const code = account.consent(begin().url).searchParams.get('code') ?? '';
      const stolen = { code, verifier: createPkce(random).verifier, redirectUri };
      expect((await failure(exchangeCode(ports, stolen, signal))).code).toBe('auth_failed');
    });

    test('access to the files that was unticked is told as such', async () => {
      const { pkce, url } = begin();
      const code = account.consent(url, 'untick').searchParams.get('code') ?? '';
      const refused = await failure(exchangeCode(ports, { code, verifier: pkce.verifier, redirectUri }, signal));
      expect(refused.message).toContain('allow it');
    });

    test('a wrong client ID or secret is no expired sign-in, and no secret is in the message', async () => {
      const { refreshToken } = account.signIn();
      for (const wrong of [
        { ...client, secret: 'wr0ng-secret' },
        { ...client, id: 'other' },
      ]) {
        const refused = await failure(refresh({ ...ports, client: wrong }, refreshToken, signal));
        expect(refused.code).toBe('auth_failed');
        expect(refused.message).toContain('client ID');
        expect(JSON.stringify([refused.message, refused.details])).not.toMatch(/wr0ng|refresh-/);
      }
    });

    test('refreshing: a new access token, and the refresh token that is good from now on', async () => {
      const before = account.signIn();
      const fresh = await refresh(ports, before.refreshToken, signal);
      expect(account.accepts(fresh.accessToken)).toBe(true);
      expect(fresh.refreshToken === null).toBe(service.name === 'Google');
    });

    test('a sign-in that was ended says: sign in again', async () => {
      const { refreshToken } = account.signIn();
      account.revokeAll();
      const ended = await failure(refresh(ports, refreshToken, signal));
      expect(ended.code).toBe('auth_expired');
      expect(ended.message).toBe(`The sign-in at ${service.name} has ended. Sign in again.`);
    });

    test('by code on another machine: waiting, slower when told so, allowed', async () => {
      const device = await startDevice(ports, signal);
      expect(device).toMatchObject({ intervalMs: 5000, verificationUrl: `${double.url}/device` });
      expect((await pollDevice(ports, device, signal)).state).toBe('pending');
      account.slowDown = 1;
      const slower = await pollDevice(ports, device, signal);
      expect(slower).toMatchObject({ state: 'pending', device: { intervalMs: 10_000 } });
      account.enter(device.userCode);
      const done = await pollDevice(ports, device, signal);
      expect(done.state === 'done' && account.accepts(done.tokens.accessToken)).toBe(true);
    });

    test('by code: refused, and too late', async () => {
      const no = await startDevice(ports, signal);
      account.enter(no.userCode, 'deny');
      expect(await pollDevice(ports, no, signal)).toEqual({ state: 'denied' });
      const late = await startDevice(ports, signal);
      const theirs = { ...late, expiresAtMs: late.expiresAtMs + 3_600_000 };
      ahead += 1_000_000;
      expect(await pollDevice(ports, late, signal)).toEqual({ state: 'expired' });
      expect(await pollDevice(ports, theirs, signal)).toEqual({ state: 'expired' });
    });
  });

test('trouble on the way is no expired sign-in', async () => {
  const broken = async (answer: Response | null) => {
    using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => answer?.clone() ?? new Response(new ReadableStream({ pull: (to) => to.error() })),
    });
    const service = { ...googleOAuth(), tokenUrl: `http://127.0.0.1:${server.port}/token` };
    return await failure(refresh({ http, service, client: { id: 'x', secret: null }, now }, 'refresh-1', signal));
  };
  expect((await broken(new Response('down', { status: 503 }))).code).toBe('unavailable');
  expect((await broken(new Response('slow', { status: 429, headers: { 'retry-after': '9' } }))).retryAfterMs).toBe(
    9000,
  );
  expect((await broken(new Response('<html>a hotel</html>'))).code).toBe('protocol');
  expect((await broken(Response.json({ error: 'WHO <b>' }, { status: 400 }))).code).toBe('protocol');
  expect((await broken(Response.json({ token_type: 'Bearer' }))).code).toBe('protocol');
  const gone = { ...googleOAuth(), tokenUrl: 'https://127.0.0.1:1/token' };
  const ports = { http, service: gone, client: { id: 'x', secret: null }, now };
  expect((await failure(refresh(ports, 'refresh-1', signal))).code).toBe('unreachable');
});

test('what Google does not give by device code is not asked for', async () => {
  const service = { ...googleOAuth(double.url), deviceScopes: googleOAuth().scopes };
  const refused = await failure(startDevice({ http, service, client: double.google.client, now }, signal));
  expect(refused.details).toEqual({ reason: 'invalid_scope' });
});
