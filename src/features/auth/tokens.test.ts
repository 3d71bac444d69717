import { describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { startTestApp } from '../../../test/harness/app.ts';
import { challengeFor, isSignedIn, login, sessionFor, turnOnTwoFactor, validate } from '../../../test/harness/login.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const jwtSecret = 'the secret of this test, longer than 32 bytes';

describe('a token', () => {
  const app = startTestApp({ JWT_SECRET: jwtSecret });
  /** A token with our own signature: only what else is wrong with it can make it fail. */
  const signed = (header: object, payload: object) => {
    const text = `${encode(header)}.${encode(payload)}`;
    return `${text}.${createHmac('sha256', jwtSecret).update(text).digest('base64url')}`;
  };
  const parts = async () => {
    const [header, payload] = (await app.signIn()).split('.');
    return { header: decode(header) as Record<string, unknown>, payload: decode(payload) as Record<string, unknown> };
  };

  test('says who issued it, for what, for whom and until when', async () => {
    const { header, payload } = await parts();
    expect(header).toMatchObject({ alg: 'HS256', typ: 'JWT' });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
    expect(payload).toMatchObject({ iss: 'dynamight', aud: 'session' });
    expect(await isSignedIn(app, signed(header, payload))).toBeTrue(); // the forging below is done right
  });

  const forgeries: [string, (header: object, payload: object) => [object, object]][] = [
    ['without an algorithm', (h, p) => [{ ...h, alg: 'none' }, p]],
    ['with another algorithm', (h, p) => [{ ...h, alg: 'RS256' }, p]],
    ['with a longer hash', (h, p) => [{ ...h, alg: 'HS512' }, p]],
    ['that names a key file', (h, p) => [{ ...h, kid: '../../dev/null' }, p]],
    ['without a key id', (h, p) => [{ ...h, kid: undefined }, p]],
    ['that brings its key address', (h, p) => [{ ...h, jku: 'https://evil.example/keys' }, p]],
    ['that brings its key', (h, p) => [{ ...h, jwk: { kty: 'oct', k: 'AAAA' } }, p]],
    ['with a critical extension', (h, p) => [{ ...h, crit: ['exp'] }, p]],
    ['of another issuer', (h, p) => [h, { ...p, iss: 'somebody' }]],
    ['for several doors', (h, p) => [h, { ...p, aud: ['session', 'ws'] }]],
    ['for another door', (h, p) => [h, { ...p, aud: 'ws' }]],
    ['for no door', (h, p) => [h, { ...p, aud: undefined }]],
    ['that never ends', (h, p) => [h, { ...p, exp: undefined }]],
    ['that has ended', (h, p) => [h, { ...p, exp: Math.floor(app.clock.now() / 1000) - 1 }]],
    ['of a session that never was', (h, p) => [h, { ...p, jti: 'AAAAAAAAAAAAAAAAAAAAAA' }]],
    ['of another user', (h, p) => [h, { ...p, sub: '00000000-0000-4000-8000-000000000000' }]],
  ];
  for (const [what, forge] of forgeries)
    test(`${what} opens nothing`, async () => {
      const { header, payload } = await parts();
      const [h, p] = forge(header, payload);
      expect(await isSignedIn(app, signed(h, p))).toBeFalse();
    });

  test('that is cut, empty, endless or nonsense opens nothing', async () => {
    const token = await app.signIn();
    const [header = '', payload = ''] = token.split('.');
    for (const bad of [`${header}.${payload}.`, `${header}.${payload}`, `${token}x`, 'null', '...', 'bnVsbA.bnVsbA.x'])
      expect(await isSignedIn(app, bad)).toBeFalse();
    expect(await isSignedIn(app, `${encode({ alg: 'HS256' })}.${'A'.repeat(10_000)}.x`)).toBeFalse();
  });

  test('opens as a bearer token too', async () => {
    const headers = { authorization: `Bearer ${await app.signIn()}` };
    expect((await app.call('GET', '/api/auth/me', { headers })).status).toBe(200);
  });

  test('among two cookies gives the same answer every time', async () => {
    const token = await app.signIn();
    const ask = async (cookie: string) => (await app.call('GET', '/api/auth/me', { headers: { cookie } })).status;
    for (const cookie of [`token=forged; token=${token}`, `token=${token}; token=forged`]) {
      const first = await ask(cookie);
      expect([200, 401]).toContain(first);
      expect(await ask(cookie)).toBe(first);
    }
    expect(await ask(`__proto__=x; constructor=y; token=${token}`)).toBe(200);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('for one door never opens another', async () => {
    const session = await sessionFor(app);
    const ws = (await app.call('GET', '/api/auth/token', { token: session })).json.token as string;
    await turnOnTwoFactor(app, session);
    const totp = await challengeFor(app);
    expect(await isSignedIn(app, totp)).toBeFalse();
    expect(await isSignedIn(app, ws)).toBeFalse();
    for (const wrong of [session, ws, 'nonsense', '']) {
      const answer = await validate(app, wrong, '123456');
      expect([answer.status, answer.json?.message]).toEqual([401, 'Invalid or expired token']);
    }
    const { auth } = app.app;
    for (const wrong of [session, totp]) expect(await auth.verifySocketToken(wrong)).toBeNull();
  });

  test('of a user who is gone does not open the door of a namesake', async () => {
    const body = { username: 'gone', password: 'a good long password' };
    await app.call('POST', '/api/users', { owner: true, body });
    const token = await sessionFor(app, body);
    app.data.main.$client.run("DELETE FROM users WHERE username = 'gone'");
    expect((await app.call('POST', '/api/users', { owner: true, body })).status).toBe(200);
    expect((await login(app, body)).status).toBe(200);
    expect(await isSignedIn(app, token)).toBeFalse();
  });
});
