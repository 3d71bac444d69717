import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api/client.ts';
import type { SignInView } from '../../api/sign-ins.ts';
import { asksClientSecret, bodyOf, canReturn, followSignIn, isAccount, returnAddress, waysAt } from './sign-in.ts';

describe('the address a service sends the browser back to', () => {
  test('is the very one of this page where the service takes it', () => {
    expect(returnAddress('google_drive', 'browser', 'https://nas.example')).toBe('https://nas.example/oauth/return');
    expect(waysAt('google_drive', 'https://nas.example')).toEqual(['browser', 'device']);
  });

  test('is brought by the person where it does not: Google need not be told of it, Microsoft must', () => {
    expect(waysAt('google_drive', 'http://nas.local:3862')).toEqual(['paste', 'device']);
    expect(returnAddress('google_drive', 'paste', 'http://nas.local:3862')).toBeNull();
    expect(returnAddress('onedrive', 'paste', 'http://nas.local:3862')).toBe('http://localhost/oauth/return');
  });

  const rows: [origin: string, google: boolean, microsoft: boolean][] = [
    ['https://backup.example.com', true, true],
    ['http://localhost:3862', true, true],
    ['http://127.0.0.1:3862', true, true],
    ['http://192.168.1.5:3862', false, false],
    ['http://nas.local:3862', false, false],
    ['https://192.168.1.5', false, true],
    ['https://[fd00::5]:8443', false, true],
    ['https://nas.local', false, true],
    ['https://nas', false, true],
  ];
  for (const [origin, google, microsoft] of rows)
    test(`${origin} is ${google ? '' : 'not '}taken by Google and ${microsoft ? '' : 'not '}by Microsoft`, () =>
      expect([canReturn('google_drive', origin), canReturn('onedrive', origin)]).toEqual([google, microsoft]));
});

describe('what the box is asked for', () => {
  const client = { id: ' my-client ', secret: 's3cret', tenant: 'contoso.com' };

  test('names the client and the new credential, and a tenant only for Microsoft', () => {
    expect(bodyOf('google_drive', 'device', client, { name: ' Drive ' })).toEqual({
      method: 'device',
      provider_type: 'google_drive',
      name: 'Drive',
      client_id: 'my-client',
      client_secret: 's3cret',
    });
    expect(bodyOf('onedrive', 'browser', client, { name: 'OneDrive' })).toMatchObject({ tenant: 'contoso.com' });
  });

  test('leaves the stored client alone when somebody only signs in again', () =>
    expect(bodyOf('onedrive', 'browser', { id: '', secret: '', tenant: '' }, { credentialId: 7 })).toEqual({
      method: 'browser',
      credential_id: 7,
    }));

  test('needs no secret of a Microsoft client that is signed in on another device', () => {
    expect(asksClientSecret('onedrive', 'device')).toBe(false);
    expect(asksClientSecret('onedrive', 'browser')).toBe(true);
    expect(asksClientSecret('google_drive', 'device')).toBe(true);
  });

  test('is a sign-in only where the service has accounts', () =>
    expect(['google_drive', 'onedrive', 's3', 'sftp', 'webdav'].filter(isAccount)).toEqual([
      'google_drive',
      'onedrive',
    ]));
});

describe('waiting for a sign-in', () => {
  const view = (state: SignInView['state']) => ({ id: 'x', state }) as SignInView;
  const doors = (...answers: (SignInView | ApiError)[]) => ({
    pauses: [] as number[],
    async see() {
      const next = answers.shift();
      if (next === undefined || next instanceof ApiError) throw next ?? new Error('asked too often');
      return next;
    },
    async pause(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      this.pauses.push(ms);
    },
  });
  const { signal } = new AbortController();

  test('goes on until somebody has signed in, also when the box does not answer for a moment', async () => {
    const asked = doors(view('waiting'), new ApiError(0, 'No answer'), view('waiting'), view('done'));
    expect((await followSignIn('x', asked, signal))?.state).toBe('done');
    expect(asked.pauses).toEqual([2000, 2000, 2000, 2000]);
  });

  test('ends when the box knows nothing of it any more', async () =>
    expect(await followSignIn('x', doors(new ApiError(404, 'Not found')), signal)).toBeNull());

  test('ends when somebody leaves', () => {
    const left = AbortSignal.abort(new Error('left'));
    expect(followSignIn('x', doors(view('waiting')), left)).rejects.toThrow('left');
  });
});
