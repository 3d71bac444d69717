import { describe, expect, test } from 'bun:test';
import { adminLogin } from '../../../test/harness/app.ts';
import { liveBox } from '../../../test/harness/live-box.ts';
import { isSignedIn, sessionFor } from '../../../test/harness/login.ts';
import { knock, openRawSocket } from '../../../test/harness/sockets.ts';

const box = liveBox();
await box.app.signIn();
const doors = ['/api/ws/status', '/ws/status', '/api/ws/events', '/ws/events'];
const refused = { error: 'Unauthorized', message: 'Invalid or expired token' };
/** A token for one socket, from a session of its own. */
const ticketFor = async (session: string): Promise<string> =>
  (await box.app.call('GET', '/api/auth/token', { token: session })).json.token;

describe('a live door', () => {
  test.each(doors)('%s opens for a signed-in browser with our Origin, and for a program with none', async (door) => {
    const cookie = await box.cookie();
    const all: Record<string, string>[] = [{ cookie }, { cookie, origin: box.url }];
    for (const headers of all) expect((await knock(`${box.url}${door}`, headers)).status).toBe(101);
    const bearer = { authorization: `Bearer ${await box.app.signIn()}` };
    expect((await knock(`${box.url}${door}`, bearer)).status).toBe(101);
  });

  test('refuses a page of another site, whatever it brings', async () => {
    const token = await ticketFor(await box.app.signIn());
    for (const url of ['/ws/status', `/ws/status?token=${token}`]) {
      const origin = 'http://evil.example';
      expect((await knock(`${box.url}${url}`, { cookie: await box.cookie(), origin })).status).toBe(403);
    }
    expect((await knock(`${box.url}/ws/status?token=${token}`)).status).toBe(101); // it was not used up
  });

  test('opens once for a token, within 60 seconds', async () => {
    const token = await ticketFor(await box.app.signIn());
    expect((await knock(`${box.url}/api/ws/status?token=${token}`)).status).toBe(101);
    const again = await knock(`${box.url}/api/ws/status?token=${token}`);
    expect([again.status, JSON.parse(again.text)]).toEqual([401, refused]);
    const late = await ticketFor(await box.app.signIn());
    box.app.clock.advance(60_000);
    expect((await knock(`${box.url}/api/ws/status?token=${late}`)).status).toBe(401);
  });

  test('takes nothing else from a URL: no session, not even beside a cookie, and no other door takes a token', async () => {
    const session = await box.app.signIn();
    const all: Record<string, string>[] = [{}, { cookie: `token=${session}` }];
    for (const headers of all)
      for (const token of [session, 'nonsense', ''])
        expect((await knock(`${box.url}/api/ws/status?token=${token}`, headers)).status).toBe(401);
    const token = await ticketFor(session);
    for (const door of ['/api/jobs', '/api/wsx/status', '/api/auth/me'])
      expect((await fetch(`${box.url}${door}?token=${token}`)).status).toBe(401);
    expect((await knock(`${box.url}/api/ws/status?token=${token}`)).status).toBe(101);
  });

  test('is shut without a login, and for an account that may not see backups', async () => {
    const closed = await knock(`${box.url}/api/ws/status`);
    expect([closed.status, JSON.parse(closed.text)]).toEqual([401, refused]);
    const body = { username: 'guest', password: 'another password 1' };
    const made = await box.app.call('POST', '/api/users', { owner: true, body: { ...body, role: 'user' } });
    expect(made.status).toBe(200);
    const session = await sessionFor(box.app, body);
    const token = await ticketFor(session);
    for (const [url, headers] of [
      ['/api/ws/status', { cookie: `token=${session}` }],
      [`/ws/events?token=${token}`, {}],
    ] as const)
      expect((await knock(`${box.url}${url}`, headers)).status).toBe(403);
  });

  test.each(doors)('%s tells whoever asks for no socket what it is', async (door) => {
    const answer = await fetch(`${box.url}${door}`, { headers: { cookie: await box.cookie() } });
    expect([answer.status, answer.headers.get('upgrade'), await answer.json()]).toEqual([
      426,
      'websocket',
      { error: 'Upgrade required', message: 'This is a WebSocket. Ask for it with a WebSocket client.' },
    ]);
  });

  test('needs nothing at the socket of the data folder', async () => {
    const socket = box.openAsOwner('/api/ws/events');
    await socket.opened;
    socket.send({ subscribe: ['jobs'] });
    expect(await socket.hears(({ topic }) => topic === 'jobs')).toMatchObject({ snapshot: [] });
    socket.close();
  });
});

describe('a socket whose session ends', () => {
  test.each([
    ['by logging out', (token: string) => box.app.call('POST', '/api/auth/logout', { token })],
    [
      'by a new password elsewhere',
      async () => {
        const token = await box.app.signIn();
        const body = { current_password: adminLogin.password, new_password: 'another secure password' };
        return box.app.call('POST', '/api/auth/change-password', { token, body });
      },
    ],
  ])('%s is closed within a second, those of others stay', async (_, end) => {
    const session = await sessionFor(box.app);
    const ended = [
      await box.open('/api/ws/status', { cookie: `token=${session}` }),
      await box.open(`/ws/events?token=${await ticketFor(session)}`, {}),
    ];
    const other = await box.open('/api/ws/status');
    const stuck = await openRawSocket(`${box.url}/ws/status`, { cookie: `token=${session}` });
    await Bun.sleep(100);
    const answer = await end(session);
    expect([answer.status, await isSignedIn(box.app, session)]).toEqual([200, false]);
    const closed = await Promise.race([Promise.all(ended.map((socket) => socket.closed)), Bun.sleep(1000)]);
    expect(closed).toMatchObject([{ code: 4401 }, { code: 4401 }]);
    stuck.socket.resume();
    await stuck.closed;
    expect(await Promise.race([other.closed, Bun.sleep(100).then(() => 'open')])).toBe('open');
    other.close();
  });
});

test('what is said to a door that only tells is dropped, a flood or a huge word ends it', async () => {
  const socket = await box.open('/api/ws/status');
  for (let n = 0; n < 50; n++) socket.send('anything');
  expect(await Promise.race([socket.closed, Bun.sleep(100).then(() => 'open')])).toBe('open');
  for (let n = 0; n < 100; n++) socket.send('anything');
  expect(await socket.closed).toMatchObject({ code: 1008 });
  const huge = await box.open('/api/ws/status');
  huge.send('x'.repeat(70_000));
  expect((await huge.closed).code).not.toBe(1000);
  expect((await fetch(`${box.url}/api/system/health`)).status).toBe(200);
});
