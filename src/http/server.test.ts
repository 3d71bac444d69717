import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { admin, bareHttp, json } from '../../test/harness/http.ts';
import { scale } from '../../test/harness/scale.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { sendRaw } from '../../test/harness/wire.ts';
import { socketPath } from '../lib/socket-path.ts';
import { type Listening, listen, listenOnSocket } from './server.ts';

const { http } = bareHttp((app) =>
  app
    .get('/api/slow', async ({ query }) => {
      await Bun.sleep(Number(query['ms']));
      return 'done';
    })
    .post('/api/bodiless', () => 'done'),
);
const doors: Listening[] = [];
const opened = (host: string, port = 0) => {
  const door = listen(http, host, port);
  doors.push(door);
  return door;
};
afterAll(() => Promise.all(doors.map((door) => door.close())));

const seconds = async (work: Promise<unknown>): Promise<number> => {
  const before = performance.now();
  await work;
  return (performance.now() - before) / 1000;
};

describe('the TCP door', () => {
  test('on every address answers IPv4 and IPv6, and sees who it is', async () => {
    const { port } = opened('::');
    for (const [url, address] of [
      [`http://127.0.0.1:${port}`, '127.0.0.1'],
      [`http://[::1]:${port}`, '::1'],
    ]) {
      const response = await fetch(`${url}/api/caller`, { headers: admin });
      expect(await response.json()).toMatchObject({ address, loopback: true });
    }
  });

  test('takes a free port for port 0', () => {
    expect(opened('127.0.0.1').port).toBeGreaterThan(1023);
  });

  test('is never shared with another server, which would take every other request', async () => {
    const { port } = opened('::');
    const code = `
      const { createRecoveryApp } = await import(${JSON.stringify(join(import.meta.dir, '../recovery.ts'))});
      const { parseConfig } = await import(${JSON.stringify(join(import.meta.dir, '../config/config.ts'))});
      const { listen } = await import(${JSON.stringify(join(import.meta.dir, 'server.ts'))});
      const log = { debug() {}, info() {}, warning() {}, error() {} };
      const { http } = createRecoveryApp({ config: parseConfig({}, {}), log });
      for (const host of ['::', '0.0.0.0', '127.0.0.1'])
        try { listen(http, host, ${port}); console.log('listens'); } catch (error) { console.log(error.code); }
      process.exit(0);`;
    const other = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' });
    expect((await new Response(other.stdout).text()).trim().split('\n')).toEqual(Array(3).fill('EADDRINUSE'));
  });

  test('cannot be opened at an address that is not ours', () => {
    expect(() => listen(http, '192.0.2.1', 0)).toThrow('EADDRNOTAVAIL');
  });

  test('needs no body where none is needed, whatever its type says', async () => {
    const { port } = opened('127.0.0.1');
    const head = `POST /api/bodiless HTTP/1.1\r\nHost: localhost\r\nCookie: ${json.cookie}\r\nContent-Type: application/json\r\n`;
    for (const length of ['', 'Content-Length: 0\r\n'])
      expect((await sendRaw(port, `${head}${length}\r\n`)).statuses).toEqual([200]);
  });

  test('closes at once while browsers keep their connections open', async () => {
    const door = listen(http, '127.0.0.1', 0);
    const idle = Array.from({ length: 5 }, () => connect(door.port, '127.0.0.1'));
    for (const socket of idle) socket.write('GET /caller HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.on('data', resolve))));
    const ended = Promise.all(idle.map((socket) => new Promise((resolve) => socket.on('close', resolve))));
    expect(await seconds(door.close())).toBeLessThan(1.5);
    await ended;
    const refused = await fetch(`http://127.0.0.1:${door.port}/caller`).catch(() => 'refused');
    expect(refused).toBe('refused');
  });

  test('lets an answer under way finish, and does not wait for ever', async () => {
    const door = listen(http, '127.0.0.1', 0);
    const slow = (ms: number) => fetch(`http://127.0.0.1:${door.port}/api/slow?ms=${ms}`, { headers: admin });
    const short = slow(300).then((response) => response.text());
    const long = slow(20_000).then(
      () => 'answered',
      () => 'cut off',
    );
    await Bun.sleep(100);
    expect(await seconds(door.close())).toBeLessThan(3);
    expect([await short, await long]).toEqual(['done', 'cut off']);
  });
});

describe("the owner's door", () => {
  const ask = (path: string, url = '/api/caller') => fetch(`http://localhost${url}`, { unix: path });

  test.each([0o000, 0o022, 0o777])('is for its owner alone under umask %o, and needs no login', async (umask) => {
    const dir = tempDir('door');
    const before = process.umask(umask);
    const door = listenOnSocket(http, dir, 'box.sock');
    expect(process.umask(before)).toBe(umask);
    expect((statSync(join(dir, 'box.sock')).mode & 0o777).toString(8)).toBe('600');
    expect(await (await ask(join(dir, 'box.sock'))).json()).toMatchObject({ identity: { kind: 'owner' } });
    await door.close();
    expect(existsSync(join(dir, 'box.sock'))).toBe(false);
  });

  test('takes the place of one that a crash left behind', async () => {
    const dir = tempDir('door');
    writeFileSync(join(dir, 'box.sock'), '');
    const door = listenOnSocket(http, dir, 'box.sock');
    expect((await ask(join(dir, 'box.sock'))).status).toBe(200);
    await door.close();
  });

  test('opens however deep the folder lies', async () => {
    const dir = join(tempDir('door'), ...Array<string>(4).fill('a'.repeat(60)));
    mkdirSync(dir, { recursive: true });
    const door = listenOnSocket(http, dir, 'box.sock');
    expect(statSync(join(dir, 'box.sock')).isSocket()).toBe(true);
    const { path, release } = socketPath(dir, 'box.sock');
    expect(Buffer.byteLength(path)).toBeLessThan(108);
    expect(await (await ask(path)).json()).toMatchObject({ identity: { kind: 'owner' } });
    release();
    release();
    await door.close();
    expect(existsSync(join(dir, 'box.sock'))).toBe(false);
  });
});

test('a slow answer is waited for, at both doors', async () => {
  const dir = tempDir('door');
  const socket = listenOnSocket(http, dir, 'box.sock');
  const { port } = opened('127.0.0.1');
  const slow = `/api/slow?ms=${scale.slowAnswerMs}`;
  const answers = await Promise.all([
    fetch(`http://localhost${slow}`, { unix: join(dir, 'box.sock') }),
    fetch(`http://127.0.0.1:${port}${slow}`, { headers: admin }),
  ]);
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['done', 'done']);
  await socket.close();
}, 30_000);
