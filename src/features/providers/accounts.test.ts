import { afterEach, describe, expect, test } from 'bun:test';
import { accountLab } from '../../../test/harness/accounts.ts';
import { scale } from '../../../test/harness/scale.ts';
import { StorageError } from '../../storage/errors.ts';

const lab = await accountLab();
const { app, google, microsoft, signedIn, attention } = lab;
const { accounts, credentials } = app.app;
const never = new AbortController().signal;
const hourMs = 3_600_000;
const types = { google_drive: google, onedrive: microsoft };
const tokensOf = (id: number) => {
  const source = accounts.tokensOf(id, credentials.open(id));
  if (!source) throw new Error('This credential has no sign-in');
  return source;
};
const secretOf = (id: number) => credentials.open(id).data;
const failure = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);
const codeOf = (error: unknown) => (error instanceof StorageError ? error.code : String(error));
/** Writing to the database of this application fails. */
const diskFull = (full: boolean) => void app.data.main.$client.run(`PRAGMA query_only = ${full ? 'ON' : 'OFF'}`);
const signInAgain = async (id: number) => {
  const type = credentials.get(id).provider_type as keyof typeof types;
  const begun = await app.call('POST', '/api/sign-ins', {
    token: await app.signIn(),
    body: { method: 'browser', credential_id: id },
  });
  await lab.visit(types[type].consent(begun.json.url));
  expect((await lab.ended(begun.json.id)).state).toBe('done');
};

afterEach(() => {
  for (const { id } of credentials.list()) credentials.remove(id);
  diskFull(false);
});

describe('tokens of an account', () => {
  for (const [type, account] of Object.entries(types))
    test(`are renewed once, however many jobs ask at the same time (${type})`, async () => {
      const id = await signedIn(type as keyof typeof types);
      const before = secretOf(id);
      app.clock.advance(2 * hourMs);
      const refreshes = account.refreshes;
      const asking = Array.from({ length: scale.parallelCalls }, () => tokensOf(id).get(never));
      const tokens = new Set(await Promise.all(asking));
      expect(account.refreshes - refreshes).toBe(1);
      expect(tokens.size).toBe(1);
      expect(account.accepts([...tokens][0] ?? '')).toBeTrue();
      const after = secretOf(id);
      expect(after['access_token']).toBe([...tokens][0]);
      expect(after['refresh_token'] === before['refresh_token']).toBe(type === 'google_drive');
      expect(after).toMatchObject({ client_id: account.client.id, client_secret: account.client.secret });
    });

  test('come from one source per credential', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    expect(tokensOf(one)).toBe(tokensOf(one));
    expect(tokensOf(one)).not.toBe(tokensOf(other));
    expect(accounts.tokensOf(one, { provider_type: 's3' })).toBeNull();
    await signInAgain(one);
    expect(tokensOf(one)).toBe(tokensOf(one));
  });

  test('that could not be stored are used by nobody, and nothing is lost when the disk has room again', async () => {
    const id = await signedIn('onedrive');
    app.clock.advance(2 * hourMs);
    const refreshes = microsoft.refreshes;
    diskFull(true);
    expect(await failure(tokensOf(id).get(never))).toBeInstanceOf(Error);
    expect(await failure(tokensOf(id).get(never))).toBeInstanceOf(Error);
    diskFull(false);
    expect(microsoft.accepts(await tokensOf(id).get(never))).toBeTrue();
    expect(microsoft.refreshes - refreshes).toBe(1);
    expect(microsoft.accepts(String(secretOf(id)['access_token']))).toBeTrue();
  });

  test('that are on their way are stored before the program ends, also when nobody waits for them', async () => {
    const id = await signedIn('onedrive');
    const before = secretOf(id)['refresh_token'];
    app.clock.advance(2 * hourMs);
    const gone = new AbortController();
    const asking = failure(tokensOf(id).get(gone.signal));
    gone.abort();
    expect(await asking).toBe(gone.signal.reason);
    await accounts.stop();
    expect(secretOf(id)['refresh_token']).not.toBe(before);
    expect(microsoft.accepts(String(secretOf(id)['access_token']))).toBeTrue();
  });

  test('refreshing is no change a person made', async () => {
    const id = await signedIn();
    const { updated_at } = credentials.get(id);
    app.clock.advance(2 * hourMs);
    await tokensOf(id).get(never);
    expect(credentials.get(id).updated_at).toBe(updated_at);
    await signInAgain(id);
    expect(credentials.get(id).updated_at).not.toBe(updated_at);
  });

  test('of a sign-in that was made anew are never replaced by older ones', async () => {
    const id = await signedIn('onedrive');
    app.clock.advance(2 * hourMs);
    const fresh = microsoft.signIn();
    const [access_token, refresh_token] = [fresh.accessToken, fresh.refreshToken];
    const data = { ...secretOf(id), access_token, refresh_token, expires_at: Math.floor(fresh.expiresAtMs / 1000) };
    microsoft.during = () => void credentials.update(id, { data });
    expect(codeOf(await failure(tokensOf(id).get(never)))).toBe('unavailable');
    microsoft.during = null;
    expect(secretOf(id)).toMatchObject({ access_token, refresh_token });
    expect(await tokensOf(id).get(never)).toBe(access_token);
    expect(await attention()).toEqual([]);
  });

  test('of a secret that is not saved are nobody else’s, and are kept nowhere', async () => {
    const { refreshToken } = google.signIn();
    const { id: client_id, secret: client_secret } = google.client;
    const source = accounts.tokensFor('google_drive', { refresh_token: refreshToken, client_id, client_secret });
    const [first, second] = await Promise.all([source?.get(never), source?.get(never)]);
    expect(first).toBe(second ?? '');
    expect(google.accepts(first ?? '')).toBeTrue();
    expect(credentials.list()).toEqual([]);
    expect(accounts.tokensFor('constructor', {})).toBeNull();
  });
});

describe('a sign-in that has ended', () => {
  test('is told until somebody signs in again', async () => {
    const id = await signedIn();
    app.clock.advance(2 * hourMs);
    google.revokeAll();
    expect(codeOf(await failure(tokensOf(id).get(never)))).toBe('auth_expired');
    const since = new Date(app.clock.now()).toISOString().replace('.000', '');
    app.clock.advance(hourMs);
    expect(codeOf(await failure(tokensOf(id).get(never)))).toBe('auth_expired');
    expect(await attention()).toEqual([
      {
        id: `credential:${id}:signed-out`,
        level: 'error',
        topic: 'account',
        name: 'Google Drive',
        message: 'The sign-in of "Google Drive" has ended: backups to it cannot run. Sign in again in the settings.',
        since,
      } as never,
    ]);
    await signInAgain(id);
    expect(await attention()).toEqual([]);
    expect(google.accepts(await tokensOf(id).get(never))).toBeTrue();
  });

  test('is found before a run needs it: every account is asked once a day', async () => {
    const [one, other] = [await signedIn(), await signedIn('onedrive')];
    await accounts.probe(never);
    expect(await attention()).toEqual([]);
    google.revokeAll();
    app.clock.advance(23 * hourMs);
    await accounts.probe(never);
    expect(await attention()).toEqual([]);
    const refreshes = microsoft.refreshes;
    app.clock.advance(hourMs);
    await Promise.all([accounts.probe(never), accounts.probe(never)]);
    expect((await attention()).map((line) => line.id)).toEqual([`credential:${one}:signed-out`]);
    expect(microsoft.refreshes - refreshes).toBe(1);
    expect(microsoft.accepts(String(secretOf(other)['access_token']))).toBeTrue();
  });

  test('a registration whose secret has run out is told in words, until a person enters another', async () => {
    const id = await signedIn('onedrive');
    const data = secretOf(id);
    credentials.update(id, { data: { ...data, client_secret: 'run-out', expires_at: null } });
    await accounts.probe(never);
    app.clock.advance(25 * hourMs);
    await accounts.probe(never);
    const [line] = await attention();
    expect(line?.message).toBe(
      'The sign-in of "OneDrive" is refused: backups to it cannot run. Microsoft does not know this client ID, or its secret is wrong or has expired. Look at the app registration.',
    );
    app.clock.advance(2000);
    credentials.update(id, { data: { ...secretOf(id), client_secret: microsoft.client.secret } });
    expect(await attention()).toEqual([]);
    await accounts.probe(never);
    expect(microsoft.accepts(String(secretOf(id)['access_token']))).toBeTrue();
  });

  test('a service that cannot be reached ends no sign-in, and is asked again in the next hour', async () => {
    const id = await signedIn();
    app.clock.advance(25 * hourMs);
    await lab.unreachable(async () => accounts.probe(never));
    expect(await attention()).toEqual([]);
    const refreshes = google.refreshes;
    await accounts.probe(never);
    expect(google.refreshes - refreshes).toBe(1);
    expect(google.accepts(String(secretOf(id)['access_token']))).toBeTrue();
  });

  test('a credential that is deleted is forgotten', async () => {
    const id = await signedIn();
    app.clock.advance(2 * hourMs);
    google.revokeAll();
    await failure(tokensOf(id).get(never));
    expect(await attention()).toHaveLength(1);
    credentials.remove(id);
    expect(await attention()).toEqual([]);
    await accounts.probe(never);
  });
});

test('what the program logs names no token', () => {
  const said = lab.said.join('\n');
  expect(said).toContain('A sign-in does not work any more');
  expect(said).not.toMatch(/access-|refresh-|run-out|-secret"/);
});
