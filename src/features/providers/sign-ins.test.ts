import { afterEach, describe, expect, test } from 'bun:test';
import { accountLab } from '../../../test/harness/accounts.ts';
import { login, sessionFor } from '../../../test/harness/login.ts';
import { eventually } from '../../../test/harness/processes.ts';

const lab = await accountLab();
const { app, google, microsoft, begin, see, ended, visit } = lab;
const minuteMs = 60_000;
const credentialOf = (id: number) => app.app.credentials.open(id).data;
const credentials = async () => (await app.call('GET', '/api/credentials', { owner: true })).json;
/** The state an address carries. */
const stateIn = (url: string) => new URL(url).searchParams.get('state') ?? '';
const waits = async (id: string) => expect((await see(id)).json.state).toBe('waiting');

afterEach(() => {
  for (const one of [google, microsoft]) Object.assign(one, { redirectUris: null, slowDown: 0, deviceSeconds: 900 });
});

describe('a sign-in in the browser', () => {
  for (const [type, account] of [
    ['google_drive', google],
    ['onedrive', microsoft],
  ] as const)
    test(`at the service of ${type} makes a credential that works`, async () => {
      const { json } = await begin({ provider_type: type, name: 'Mine' });
      expect(json).toMatchObject({
        provider_type: type,
        method: 'browser',
        state: 'waiting',
        message: '',
        credential_id: null,
        redirect_uri: 'http://localhost:3862/oauth/return',
        user_code: null,
      });
      const asked = new URL(json.url).searchParams;
      expect(asked.get('code_challenge_method')).toBe('S256');
      expect(Buffer.from(stateIn(json.url), 'base64url')).toHaveLength(16);
      await visit(account.consent(json.url));
      const done = await ended(json.id);
      expect(done).toMatchObject({ state: 'done', message: 'Signed in', url: null });
      const saved = credentialOf(done.credential_id ?? 0);
      expect(account.accepts(String(saved['access_token']))).toBeTrue();
      expect(saved).toMatchObject({ client_id: account.client.id, client_secret: account.client.secret });
      expect(await credentials()).toContainEqual(
        expect.objectContaining({ id: done.credential_id, name: 'Mine', provider_type: type }),
      );
    });

  test('renews the credential it is for, and keeps its registration', async () => {
    const id = await lab.signedIn('onedrive');
    const before = credentialOf(id);
    const { json } = await app.call('POST', '/api/sign-ins', {
      token: await app.signIn(),
      body: { method: 'browser', credential_id: id },
    });
    expect(json.credential_id).toBe(id);
    await visit(microsoft.consent(json.url));
    expect(await ended(json.id)).toMatchObject({ state: 'done', credential_id: id });
    const after = credentialOf(id);
    expect(after['refresh_token']).not.toBe(before['refresh_token']);
    expect(after).toMatchObject({ client_id: microsoft.client.id, client_secret: microsoft.client.secret });
  });

  test('a state that comes back twice does nothing the second time', async () => {
    const { json } = await begin();
    const back = google.consent(json.url);
    await visit(back);
    await ended(json.id);
    const count = (await credentials()).length;
    await visit(google.consent(json.url));
    await visit(back);
    expect((await see(json.id)).json.state).toBe('done');
    expect(await credentials()).toHaveLength(count);
  });

  test('a state nobody gave out does nothing', async () => {
    const { json } = await begin();
    const back = google.consent(json.url);
    for (const state of ['', 'x', stateIn(json.url).toLowerCase(), `${stateIn(json.url)}x`, 'x'.repeat(9000)]) {
      const foreign = new URL(back);
      foreign.searchParams.set('state', state);
      expect((await visit(foreign)).status).toBe(200);
    }
    await waits(json.id);
    await visit(back);
    expect((await ended(json.id)).state).toBe('done');
  });

  test('a program that only looks at the return address uses nothing up', async () => {
    const { json } = await begin();
    const back = google.consent(json.url);
    expect((await visit(back, {}, 'HEAD')).status).toBe(200);
    await waits(json.id);
    await visit(back);
    expect((await ended(json.id)).state).toBe('done');
  });

  test('is over after ten minutes', async () => {
    const { json } = await begin();
    const back = google.consent(json.url);
    app.clock.advance(10 * minuteMs);
    await waits(json.id);
    app.clock.advance(1000);
    await visit(back);
    expect((await see(json.id)).json).toMatchObject({
      state: 'failed',
      message: 'Nobody signed in within the time. Start again.',
      url: null,
    });
    app.clock.advance(61 * minuteMs);
    expect((await see(json.id)).status).toBe(404);
  });

  test('belongs to the session that began it', async () => {
    await app.signIn();
    const [mine, other] = [await sessionFor(app), await sessionFor(app)];
    const { json } = await begin({}, mine);
    const path = `/api/sign-ins/${json.id}`;
    const address = google.consent(json.url).href;
    for (const ask of [{ token: other }, { owner: true }]) {
      expect((await app.call('GET', path, ask)).status).toBe(404);
      expect((await app.call('DELETE', path, ask)).status).toBe(404);
      expect((await app.call('POST', `${path}/returned`, { ...ask, body: { address } })).status).toBe(404);
    }
    expect((await see(json.id, mine)).json.state).toBe('waiting');
    const news: unknown[] = [];
    app.app.signIns.events.on('sign-in.changed', ({ id }) => news.push(app.app.signIns.peek(id)));
    await app.call('POST', '/api/auth/logout', { token: mine });
    expect(news).toEqual([{ id: json.id, state: 'failed', credential_id: null }]);
    const before = (await credentials()).length;
    await visit(address);
    expect(await credentials()).toHaveLength(before);
  });

  test('is not for accounts of role user, and not for nobody', async () => {
    const person = { username: 'visitor', password: 'a good long password' };
    await app.call('POST', '/api/users', { owner: true, body: { ...person, role: 'user' } });
    const { cookie } = await login(app, person);
    expect((await begin({}, cookie)).status).toBe(403);
    expect((await begin({}, null)).status).toBe(401);
    expect((await app.call('POST', '/api/providers/test', { token: cookie, body: {} })).status).toBe(403);
  });

  test('that was cancelled brings nothing any more', async () => {
    const { json } = await begin();
    const back = google.consent(json.url);
    const before = (await credentials()).length;
    const answer = await app.call('DELETE', `/api/sign-ins/${json.id}`, { token: await app.signIn() });
    expect([answer.status, answer.json]).toEqual([200, { message: 'Sign-in cancelled' }]);
    await visit(back);
    expect((await see(json.id)).status).toBe(404);
    expect(await credentials()).toHaveLength(before);
  });

  test('says in words why it failed', async () => {
    const fails = async (wish: Record<string, unknown>, how: 'allow' | 'deny' | 'untick' = 'allow') => {
      const { json } = await begin(wish);
      const back = google.consent(json.url, how);
      await visit(back);
      return (await ended(json.id)).message;
    };
    expect(await fails({}, 'deny')).toBe('Access was not allowed');
    expect(await fails({}, 'untick')).toBe(
      'Access to the files was not allowed at Google. Sign in again and allow it.',
    );
    expect(await fails({ client_secret: 'wr0ng' })).toBe(
      'Google does not know this client ID, or its secret is wrong or has expired. Look at the app registration.',
    );
    google.redirectUris = ['https://elsewhere.example/oauth/return'];
    expect(await fails({})).toBe(
      'The address of the return page is not entered in the app registration at Google. Add it there.',
    );
  });

  test('a credential that was deleted meanwhile is told as such', async () => {
    const id = await lab.signedIn();
    const { json } = await begin({ credential_id: id });
    await app.call('DELETE', `/api/credentials/${id}`, { owner: true });
    await visit(google.consent(json.url));
    expect(await ended(json.id)).toMatchObject({ state: 'failed', message: 'Credential not found' });
  });

  test('only so many are open at once, also when all come together', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => begin()));
    const open = answers.filter((one) => one.status === 200);
    expect(open.length).toBeLessThanOrEqual(20);
    expect(answers.find((one) => one.status !== 200)?.json.message).toStartWith('Too many sign-ins are open');
    const token = await app.signIn();
    await Promise.all(open.map(({ json }) => app.call('DELETE', `/api/sign-ins/${json.id}`, { token })));
    expect((await begin()).status).toBe(200);
  });

  test.each([
    ['provider_type', { provider_type: 's3' }],
    ['provider_type', { provider_type: '__proto__' }],
    ['provider_type', { provider_type: 'constructor' }],
    ['method', { method: 'carrier pigeon' }],
    ['client_id', { client_id: null }],
    ['client_id', { client_id: 'two words' }],
    ['tenant', { provider_type: 'onedrive', tenant: '../admin' }],
    ['name', { name: 'a\u0007b' }],
  ])('needs a good %s', async (field, wish) => {
    const { status, json } = await begin(wish);
    expect([status, json.message]).toEqual([400, expect.stringContaining(`'${field}'`)]);
  });

  test('needs a credential that is there, and of that type', async () => {
    expect((await begin({ credential_id: 999 })).status).toBe(404);
    const id = await lab.signedIn('onedrive');
    expect((await begin({ credential_id: id })).json.message).toContain('this credential is for onedrive');
  });
});

describe('the return page', () => {
  const headersOf = (answer: { headers: Headers }) =>
    Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'));

  test('says the same to everybody, keeps nothing, and sets nothing', async () => {
    const { json } = await begin();
    const answers = [
      await visit(google.consent(json.url), { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
      await visit(google.consent(json.url), { 'sec-fetch-site': 'cross-site' }),
      await visit('http://x/oauth/return'),
      await visit('http://x/oauth/return?state=a&state=b&code[]=c&error=%00'),
      await visit('http://x/oauth/return', { cookie: `token=${await app.signIn()}` }),
    ];
    const [first] = answers;
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(first?.text ?? '');
      expect(headersOf(answer)).toEqual(headersOf(answers[0] ?? answer));
    }
    expect(first?.text).toContain('You can close this window now.');
    expect(first?.text).not.toMatch(/script|http|state|code/i);
    expect(headersOf(answers[0] as never)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(first?.headers.get('set-cookie')).toBeNull();
  });

  test('speaks German to those who do', async () => {
    const answer = await visit('http://x/oauth/return', { 'accept-language': 'de-CH,en;q=0.5' });
    expect(answer.text).toContain('<html lang="de">');
    expect(answer.text).toContain('Sie können dieses Fenster jetzt schließen.');
  });

  test('does not wait for the service: who brings a good state learns nothing by it', async () => {
    const { json } = await begin();
    const answer = await visit(google.consent(json.url));
    expect(app.app.signIns.peek(json.id).state).toBe('waiting');
    expect(answer.text).toContain('You can close this window now.');
    expect((await ended(json.id)).state).toBe('done');
  });
});

describe('a sign-in whose address is brought by hand', () => {
  const bring = async (id: string, address: string) =>
    app.call('POST', `/api/sign-ins/${id}/returned`, { token: await app.signIn(), body: { address } });

  for (const [type, account, redirect] of [
    ['google_drive', google, 'http://127.0.0.1/oauth/return'],
    ['onedrive', microsoft, 'http://localhost/oauth/return'],
  ] as const)
    test(`works for ${type} from any machine`, async () => {
      account.redirectUris = [redirect];
      const { json } = await begin({ provider_type: type, method: 'paste' });
      expect(json.redirect_uri).toBe(redirect);
      const address = account.consent(json.url).href;
      expect(address).toStartWith(`${redirect}?`);
      const answer = await bring(json.id, ` ${address.slice('http://'.length)}#top \n`);
      expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ state: 'done' })]);
      expect(account.accepts(String(credentialOf(answer.json.credential_id)['access_token']))).toBeTrue();
      expect((await bring(json.id, address)).status).toBe(409);
    });

  test('refuses what is not its address, and still takes the right one', async () => {
    const [{ json }, { json: other }] = [await begin({ method: 'paste' }), await begin({ method: 'paste' })];
    const mine = google.consent(json.url).href;
    const state = stateIn(json.url);
    for (const address of [
      '',
      'hello',
      'http://127.0.0.1/oauth/return',
      `http://127.0.0.1/oauth/return?state=${state}`,
      'http://127.0.0.1/oauth/return?code=4/abc',
      google.consent(other.url).href,
    ]) {
      const answer = await bring(json.id, address);
      expect([answer.status, answer.json.message]).toEqual([
        400,
        "Field 'address' must be the whole address the browser ended at in this very sign-in",
      ]);
    }
    expect((await bring(json.id, 'x'.repeat(20_000))).status).toBe(400);
    expect((await bring(json.id, mine)).json.state).toBe('done');
    await waits(other.id);
  });

  test('tells that access was not allowed', async () => {
    const { json } = await begin({ method: 'paste' });
    const answer = await bring(json.id, google.consent(json.url, 'deny').href);
    expect(answer.json).toMatchObject({ state: 'failed', message: 'Access was not allowed' });
  });

  test('helps, too, where the return page of this box could not be opened', async () => {
    const { json } = await begin();
    expect((await bring(json.id, google.consent(json.url).href)).json.state).toBe('done');
  });
});

describe('a sign-in by code', () => {
  for (const [type, account] of [
    ['google_drive', google],
    ['onedrive', microsoft],
  ] as const)
    test(`waits until somebody enters it (${type})`, async () => {
      const { json } = await begin({ provider_type: type, method: 'device' });
      expect(json).toMatchObject({ state: 'waiting', url: null, redirect_uri: null });
      expect(json.verification_url).toBe(`${lab.double.url}/device`);
      expect(Date.parse(json.expires_at) - app.clock.now()).toBeWithin(14 * minuteMs, 15 * minuteMs + 1);
      const polls = account.polls;
      await eventually('it asked twice', () => account.polls >= polls + 2);
      await waits(json.id);
      account.enter(json.user_code);
      const done = await ended(json.id);
      expect(done).toMatchObject({ state: 'done', user_code: null, verification_url: null });
      expect(account.accepts(String(credentialOf(done.credential_id ?? 0)['access_token']))).toBeTrue();
    });

  test('is asked about less often when the service says so', async () => {
    microsoft.slowDown = 1;
    const { json } = await begin({ provider_type: 'onedrive', method: 'device' });
    await eventually('it was told to slow down', () => microsoft.slowDown === 0);
    const polls = microsoft.polls;
    microsoft.enter(json.user_code);
    await Bun.sleep(500); // ten times the interval it began with
    expect(microsoft.polls).toBe(polls);
    await waits(json.id);
    expect((await ended(json.id)).state).toBe('done');
  });

  test('that was refused, and one that nobody entered, say so', async () => {
    const refused = (await begin({ method: 'device' })).json;
    google.enter(refused.user_code, 'deny');
    expect((await ended(refused.id)).message).toBe('Access was not allowed');
    const late = (await begin({ method: 'device' })).json;
    app.clock.advance(901_000);
    expect((await ended(late.id)).message).toMatch(
      /^Nobody (signed in|entered the code) within the time\. Start again\.$/,
    );
  });

  test('is not asked about any more once it was cancelled', async () => {
    const { json } = await begin({ method: 'device' });
    await app.call('DELETE', `/api/sign-ins/${json.id}`, { token: await app.signIn() });
    const polls = google.polls;
    google.enter(json.user_code);
    await Bun.sleep(200); // four times the interval
    expect(google.polls).toBeLessThanOrEqual(polls + 1);
    expect((await see(json.id)).status).toBe(404);
  });

  test('with a client the service does not know is refused at once, in words', async () => {
    const answer = await begin({ method: 'device', client_id: 'stranger' });
    expect([answer.status, answer.json.message]).toEqual([
      409,
      'Google does not know this client ID, or its secret is wrong or has expired. Look at the app registration.',
    ]);
  });
});

test('sign-ins end with the server', async () => {
  const { json } = await begin();
  const back = google.consent(json.url);
  const before = (await credentials()).length;
  app.app.signIns.stop();
  await visit(back);
  expect((await see(json.id)).status).toBe(404);
  expect(await credentials()).toHaveLength(before);
});

test('nothing secret was ever logged or answered', async () => {
  const secrets = (await credentials()).flatMap(({ id }: { id: number }) => {
    const { access_token, refresh_token, client_secret } = credentialOf(id);
    return [access_token, refresh_token, client_secret];
  });
  expect(secrets.length).toBeGreaterThan(20);
  const said = lab.said.join('\n');
  for (const secret of [...secrets, 'wr0ng', 'google-secret', 'microsoft-secret', ...google.told, ...microsoft.told])
    if (said.includes(String(secret))) throw new Error(`Somebody was told ${String(secret)}`);
  expect(said).not.toMatch(/access-|refresh-|verifier|not for people/);
});
