import { afterEach, describe, expect, test } from 'bun:test';
import { openSocket, type Socket, waitMs } from './socket.ts';

/** A real server of sockets; `down` ends it with all its connections. */
function serve(port = 0) {
  const heard: string[] = [];
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('no', { status: 400 })),
    websocket: {
      message(socket, text) {
        heard.push(String(text));
        socket.send('hello');
      },
    },
  });
  return { port: server.port ?? 0, heard, down: () => server.stop(true) };
}

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

function follow(port: number) {
  const seen = { opens: 0, downs: 0, texts: [] as string[] };
  let wake = () => {};
  const socket = openSocket({
    url: () => `ws://127.0.0.1:${port}/`,
    onOpen: () => {
      seen.opens += 1;
      socket.send({ subscribe: ['jobs'] });
    },
    onText: (text) => void seen.texts.push(text),
    onDown: () => {
      seen.downs += 1;
    },
    onWake: (again) => {
      wake = again;
      return () => {
        wake = () => {};
      };
    },
    random: () => 0,
  });
  opened.push(socket);
  return { seen, socket, wake: () => wake() };
}

async function until(true_: () => boolean): Promise<void> {
  for (let waited = 0; !true_(); waited += 10) {
    if (waited > 5000) throw new Error('It never came true');
    await Bun.sleep(10);
  }
}

describe('the live connection', () => {
  test('subscribes, and again after the server came back', async () => {
    const first = serve();
    const { seen } = follow(first.port);
    await until(() => seen.texts.length === 1);
    expect(first.heard).toEqual(['{"subscribe":["jobs"]}']);
    await first.down();
    await until(() => seen.downs > 0);
    const second = serve(first.port);
    await until(() => seen.texts.length === 2);
    expect(second.heard).toEqual(['{"subscribe":["jobs"]}']);
    await second.down();
  });

  test('does not wait when the person comes back to the tab', async () => {
    const gone = serve();
    await gone.down();
    const { seen, wake } = follow(gone.port);
    await until(() => seen.downs >= 3); // the next try is more than a second away
    const server = serve(gone.port);
    const asked = performance.now();
    wake();
    await until(() => seen.texts.length === 1);
    expect(performance.now() - asked).toBeLessThan(800);
    await server.down();
  });

  test('stays closed once it is closed', async () => {
    const server = serve();
    const { seen, socket, wake } = follow(server.port);
    await until(() => seen.opens === 1);
    socket.close();
    wake();
    await Bun.sleep(600);
    expect(seen.opens).toBe(1);
    expect(seen.downs).toBe(0);
    await server.down();
  });

  const waits: [failures: number, random: number, ms: number][] = [
    [0, 1, 400],
    [1, 0, 400],
    [3, 1, 3200],
    [30, 1, 15_000],
    [30, 0, 7500],
  ];
  for (const [failures, random, ms] of waits)
    test(`waits ${ms} ms after ${failures} failures`, () => expect(waitMs(failures, random)).toBe(ms));
});
