import { afterAll, expect, test } from 'bun:test';
import { type ChaosRule, startChaosProxy } from './chaos-proxy.ts';

const done: string[] = [];
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const url = new URL(request.url);
    const body = await request.bytes();
    done.push(`${request.method} ${url.pathname} ${body.length}`);
    return new Response(url.pathname === '/large' ? new Uint8Array(1_000_000) : `got ${body.length}`);
  },
});
const proxy = await startChaosProxy({ port: server.port ?? 0 }, { http: true });
afterAll(async () => {
  await proxy.stop();
  await server.stop(true);
});

const ask = (path: string, init: RequestInit = {}, rules: ChaosRule[] = []): Promise<Response> => {
  proxy.setRules(...rules);
  return fetch(`http://127.0.0.1:${proxy.port}${path}`, init);
};
const failed = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );

test('without rules everything passes as it is, chunked and large bodies too', async () => {
  expect(await (await ask('/a', { method: 'PUT', body: new Uint8Array(300_000) })).text()).toBe('got 300000');
  const body = new ReadableStream({
    start(controller) {
      for (let n = 0; n < 20; n += 1) controller.enqueue(new Uint8Array(5000));
      controller.close();
    },
  });
  expect(await (await ask('/b', { method: 'PUT', body })).text()).toBe('got 100000');
  expect((await (await ask('/large')).bytes()).length).toBe(1_000_000);
  expect(proxy.requests.slice(-3)).toEqual(['PUT /a', 'PUT /b', 'GET /large']);
  expect(proxy.bytes.down).toBeGreaterThan(1_000_000);
});

test('an upload cut in the middle never reaches its end', async () => {
  const before = done.length;
  // fetch tries again by itself when a connection it kept is reset
  const rules = [{ when: /^PUT/, times: 9, strike: { cut: 'up', afterBytes: 100_000 } }] as const;
  expect(await failed(ask('/cut', { method: 'PUT', body: new Uint8Array(500_000) }, [...rules]))).toBe(true);
  expect(done.slice(before).filter((line) => line.endsWith(' 500000'))).toEqual([]);
  expect(await (await ask('/cut', { method: 'PUT', body: 'x' })).text()).toBe('got 1');
});

test('an answer cut in the middle, by a reset or by an end, is no whole answer', async () => {
  for (const how of ['reset', 'end'] as const) {
    const answer = ask('/large', {}, [{ when: /large/, strike: { cut: 'down', afterBytes: 50_000, how } }]);
    expect(await failed(answer.then((response) => response.bytes()))).toBe(true);
  }
});

test('a dropped answer means that the server did it and the client does not know', async () => {
  const before = done.length;
  const work = ask('/dropped', { method: 'POST', body: 'xyz' }, [{ when: /dropped/, strike: { dropAnswer: true } }]);
  expect(await failed(work)).toBe(true);
  expect(done.slice(before)).toEqual(['POST /dropped 3']);
});

test('a status is swapped before the server hears of it, or after it did it', async () => {
  const before = done.length;
  const strike = { status: 429, headers: { 'retry-after': '7' } };
  const refused = await ask('/one', { method: 'PUT', body: new Uint8Array(200_000) }, [{ when: /one/, strike }]);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
  expect(done.length).toBe(before);
  const swapped = await ask('/two', { method: 'PUT', body: 'abc' }, [
    { when: /two/, strike: { status: 503, done: true } },
  ]);
  expect(swapped.status).toBe(503);
  expect(done.slice(before)).toEqual(['PUT /two 3']);
});

test('rules spare the first, strike as often as told, and leave others alone', async () => {
  const rule = { when: /^GET \/x/, after: 1, times: 2, strike: { status: 500 } };
  const statuses = [(await ask('/x', {}, [rule])).status];
  for (const path of ['/y', '/x', '/x', '/x'])
    statuses.push((await fetch(`http://127.0.0.1:${proxy.port}${path}`)).status);
  expect(statuses).toEqual([200, 200, 500, 500, 200]);
});

test('a stalled connection says nothing until somebody gives up', async () => {
  const work = ask('/large', { signal: AbortSignal.timeout(300) }, [
    { when: /large/, strike: { stall: 'down', afterBytes: 10_000 } },
  ]);
  const thrown = await work.then((response) => response.bytes()).catch((error: Error) => error);
  expect((thrown as Error).name).toBe('TimeoutError');
});

test('whole connections can be slowed, reset, and refused', async () => {
  const began = performance.now();
  proxy.reset();
  await (await ask('/large', {}, [{ strike: { bytesPerSecond: 4_000_000 } }])).bytes();
  expect(performance.now() - began).toBeGreaterThan(200);
  proxy.reset(true);
  expect(await failed(ask('/x'))).toBe(true);
  proxy.reset(false);
  expect((await ask('/x')).status).toBe(200);
});
