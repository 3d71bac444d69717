import { configNames } from '../../../src/config/config.ts';
import { startAttached } from './process.ts';

/** Of this one measurement: a second server over the same data folder is signed in to with it. */
const password = crypto.randomUUID();

/** Longest silence of a run: progress is told more often. */
const silenceMs = 10_000;

/** A server of ours with somebody signed in. */
export interface MeasuredServer {
  pid: number;
  url: string;
  cookie: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the answers of many routes
  call(method: string, path: string, body?: unknown): Promise<any>;
  stop(): Promise<void>;
}

export async function startMeasured(program: string, dataDir: string, allowed: string): Promise<MeasuredServer> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const name of configNames) delete env[name];
  const child = startAttached([program, 'serve', '--host', '127.0.0.1', '--port', '0', '--data-dir', dataDir], {
    ...env,
    ALLOWED_BROWSE_PATHS: allowed,
    LOG_LEVEL: 'warning',
  });
  const url = await firstAddress(child.stdout);
  let cookie = '';
  const call: MeasuredServer['call'] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', cookie },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    cookie = /token=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? cookie;
    return answer.json();
  };
  const { setup_required } = await call('GET', '/api/auth/setup-required');
  await call('POST', setup_required ? '/api/auth/setup' : '/api/auth/login', { username: 'measure', password });
  return {
    pid: child.pid,
    url,
    cookie,
    call,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

/**
 * Waits for the end of a run; throws when it did not end well. It is heard of as a page hears of it: asking twenty times a
 * second would be work for the server that nobody else who waits makes.
 */
export async function ended(server: MeasuredServer, run: number): Promise<void> {
  const look = () => server.call('GET', `/api/runs/${run}`);
  const news = Promise.withResolvers<void>();
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/api/ws/events`, {
    headers: { cookie: server.cookie },
  } as unknown as string[]);
  socket.addEventListener('open', () => socket.send(JSON.stringify({ subscribe: ['runs'] })));
  socket.addEventListener('close', () => news.reject(new Error('the server ended its socket')));
  socket.addEventListener('message', ({ data }) => {
    const { snapshot, change } = JSON.parse(String(data));
    const seen = [...(snapshot ?? []), change?.run].find((one) => one?.id === run);
    if (seen && seen.completed_at !== null) news.resolve();
  });
  try {
    for (;;) {
      await Promise.race([news.promise, Bun.sleep(silenceMs)]);
      const { status, completed_at, error_message } = await look();
      if (status === 'completed') return;
      if (completed_at !== null) throw new Error(`the run ended ${status}: ${error_message}`);
    }
  } finally {
    socket.close();
  }
}

async function firstAddress(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let said = '';
  for await (const chunk of stdout.values({ preventCancel: true })) {
    said += new TextDecoder().decode(chunk);
    const url = / on (http:\S+)\n/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`the server ended before it listened: ${said}`);
}
