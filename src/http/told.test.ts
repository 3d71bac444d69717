import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../test/harness/app.ts';
import { sessionFor } from '../../test/harness/login.ts';
import { setCaller } from './caller.ts';
import { createTeller } from './told.ts';

const app = startTestApp();
const admin = await app.signIn();
const tell = createTeller({
  handle: (request) => app.app.http.handle(request),
  topic: (name) => JSON.stringify({ topic: name, seq: 7, snapshot: [{ name: '</script><img src=x>' }] }),
});

async function told(path: string, token?: string) {
  const headers = { host: 'localhost:3862', ...(token === undefined ? {} : { cookie: `token=${token}` }) };
  const request = new Request(`http://localhost:3862${path}`, { headers });
  setCaller(request, { identity: null, address: '127.0.0.1', loopback: true, secure: false, userAgent: null });
  const text = await tell(request, path);
  const { answers, topics } = JSON.parse(text) as {
    answers: Record<string, [status: number, body: unknown]>;
    topics: { topic: string; seq: number }[];
  };
  return { text, answers, topics };
}

describe('what comes with the page', () => {
  test('are the very answers the browser would get', async () => {
    for (const path of ['/', '/jobs', '/settings/profile']) {
      const { answers } = await told(path, admin);
      expect(Object.keys(answers)).toContain('/api/auth/me');
      for (const [asked, [status, body]] of Object.entries(answers)) {
        const answer = await app.call('GET', asked, { token: admin });
        expect([asked, status, body]).toEqual([asked, answer.status, answer.json]);
      }
    }
    expect(Object.keys((await told('/', admin)).answers)).toContain('/api/attention');
  });

  test('is nothing about the box for who is not signed in', async () => {
    for (const token of [undefined, 'nonsense', `${admin}x`]) {
      const { answers, topics } = await told('/', token);
      expect(topics).toEqual([]);
      expect(answers['/api/auth/me']?.[0]).toBe(401);
      expect(Object.keys(answers).sort()).toEqual(['/api/auth/me', '/api/auth/setup-required', '/api/system/health']);
    }
  });

  test('is nothing about backups for an account that may not see them', async () => {
    const body = { username: 'guest', password: 'another password 1' };
    const made = await app.call('POST', '/api/users', { owner: true, body: { ...body, role: 'user' } });
    expect(made.status).toBe(200);
    const { answers, topics } = await told('/', await sessionFor(app, body));
    expect([answers['/api/auth/me']?.[0], topics.length, Object.keys(answers).length]).toEqual([200, 0, 3]);
  });

  test('leaves out what is not there, and is asked for by the page', async () => {
    const { answers } = await told('/runs/4711', admin);
    expect(Object.keys(answers)).not.toContain('/api/runs/4711');
  });

  test('cannot end the element it stands in', async () => {
    const { text, topics } = await told('/', admin);
    expect(text).not.toContain('<');
    expect(topics.map(({ topic, seq }) => [topic, seq])).toEqual([
      ['jobs', 7],
      ['runs', 7],
    ]);
  });

  test('stays behind where it would be longer than the page itself', async () => {
    const much = createTeller({
      handle: (request) => app.app.http.handle(request),
      topic: () => JSON.stringify('x'.repeat(400_000)),
    });
    const request = new Request('http://localhost:3862/', {
      headers: { host: 'localhost:3862', cookie: `token=${admin}` },
    });
    setCaller(request, { identity: null, address: '127.0.0.1', loopback: true, secure: false, userAgent: null });
    const { answers, topics } = JSON.parse(await much(request, '/'));
    expect([answers['/api/auth/me'][0], topics]).toEqual([200, []]);
  });
});
