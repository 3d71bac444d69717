import { beforeAll, describe, expect, test } from 'bun:test';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { assets } from '../../src/config/assets.ts';
import { version } from '../../src/config/version.ts';
import { silentLog } from '../../src/core/log.ts';
import { openDataFolder } from '../../src/db/data-folder.ts';
import { runProgram, startAtTerminal, startServer } from '../harness/program.ts';
import { tempDir } from '../harness/temp.ts';

const login = { username: 'admin', password: 'correct horse battery' };
const healthy = tempDir('healthy');
const copy = '20260105T020000Z-daily.db';

/** A data folder somebody lived in: one user, one saved copy of the database. */
beforeAll(async () => {
  const args = ['user', 'add', login.username, '--password-stdin', '--data-dir', healthy];
  expect((await runProgram(args, { stdin: login.password })).code).toBe(0);
  const data = openDataFolder({
    dir: healthy,
    command: 'test',
    migrations: assets().migrations,
    log: silentLog,
    now: () => Date.UTC(2026, 0, 5, 2),
  });
  if (!('main' in data)) throw new Error(data.problem);
  data.snapshot('daily');
  data.close();
});

function damagedFolder(damage: (database: string) => void): string {
  const dir = tempDir('damaged');
  cpSync(healthy, dir, { recursive: true });
  damage(join(dir, 'dynamight.db'));
  return dir;
}

function overwrite(path: string, bytes: Uint8Array, at: number): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

const damages: [string, (database: string) => void][] = [
  ['gone', (database) => rmSync(database)],
  ['cut to nothing', (database) => truncateSync(database, 0)],
  ['cut in half', (database) => truncateSync(database, Math.floor(statSync(database).size / 2))],
  ['overwritten at its head', (database) => overwrite(database, new Uint8Array(100), 0)],
  [
    'flipped in the middle',
    (database) => {
      const bytes = readFileSync(database);
      for (let at = 4096; at < bytes.length; at += 512) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      writeFileSync(database, bytes);
    },
  ],
];

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('a box whose database is damaged', () => {
  test.each(damages)('stays closed to strangers when it is %s', async (_name, damage) => {
    const dir = damagedFolder(damage);
    const server = await startServer(dir);
    const get = async (path: string) => {
      const answer = await fetch(server.url + path, { headers: { accept: 'text/html,application/json' } });
      return { status: answer.status, body: await answer.text() };
    };
    expect(JSON.parse((await get('/api/system/health')).body)).toEqual({ status: 'recovery', version });
    expect(JSON.parse((await get('/api/auth/setup-required')).body)).toEqual({ setup_required: false });
    expect((await post(`${server.url}/api/auth/setup`, login)).status).toBe(409);
    expect((await post(`${server.url}/api/auth/login`, login)).status).toBe(503);
    const jobs = await get('/api/jobs');
    expect([jobs.status, Object.keys(JSON.parse(jobs.body) as object)]).toEqual([503, ['error', 'message']]);
    const rules = await get('/api/v1.0/rules');
    expect([rules.status, Object.keys(JSON.parse(rules.body) as object)]).toEqual([503, ['status', 'reason']]);
    expect((await get('/')).body).toStartWith('<!');
    expect(server.stderr()).toContain('dynamight doctor --recover');
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('tells commands the same', async () => {
    const dir = damagedFolder((database) => rmSync(database));
    const asked = () => runProgram(['user', 'disable-2fa', 'admin', '--data-dir', dir]);
    const alone = await asked();
    expect([alone.code, alone.stdout]).toEqual([1, '']);
    expect(alone.stderr).toContain('doctor --recover');
    const server = await startServer(dir);
    const beside = await asked();
    expect([beside.code, beside.stdout]).toEqual([1, '']);
    expect(beside.stderr).toContain('recovery mode');
    server.signal('SIGTERM');
    await server.ended;
  });

  test('is seen by the doctor, who says what to do', async () => {
    const dir = damagedFolder((database) => overwrite(database, new Uint8Array(100), 0));
    const { code, stdout } = await runProgram(['doctor', '--data-dir', dir]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^problem +dynamight\.db +damaged: .*doctor --recover/m);
  });
});

describe('doctor --recover', () => {
  const recover = (dir: string, ...words: string[]) => runProgram(['doctor', '--recover', ...words, '--data-dir', dir]);

  test('lists the saved copies and changes nothing by itself', async () => {
    const dir = damagedFolder((database) => overwrite(database, new Uint8Array(100), 0));
    const before = readdirSync(dir).sort();
    const { code, stdout } = await recover(dir);
    expect(code).toBe(0);
    expect(stdout).toContain(`1  ${copy}  2026-01-05 02:00 UTC`);
    expect(readdirSync(dir).sort()).toEqual(before);
  });

  test('waits for the server to be stopped, and names it', async () => {
    const dir = damagedFolder((database) => rmSync(database));
    const server = await startServer(dir);
    const { code, stderr } = await recover(dir, copy);
    expect(code).toBe(1);
    expect(stderr).toContain(`(pid ${server.pid})`);
    server.signal('SIGTERM');
    await server.ended;
  });

  test('brings the box back as it was, keeps the damaged file, and lets no old session in', async () => {
    const dir = tempDir('again');
    cpSync(healthy, dir, { recursive: true });
    const first = await startServer(dir);
    const signedIn = await post(`${first.url}/api/auth/login`, login);
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    first.signal('SIGTERM');
    await first.ended;
    const database = join(dir, 'dynamight.db');
    overwrite(database, new Uint8Array(100), 0);
    const broken = readFileSync(database);

    const { code, stdout } = await recover(dir, copy);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Put back ${copy}`)]);
    const aside = readdirSync(dir).find((name) => name.startsWith('dynamight.db.damaged-')) ?? '';
    expect(readFileSync(join(dir, aside)).equals(broken)).toBe(true);

    const server = await startServer(dir);
    expect(await (await fetch(`${server.url}/api/system/health`)).json()).toEqual({ status: 'ok', version });
    expect((await fetch(`${server.url}/api/auth/me`, { headers: { cookie } })).status).toBe(401);
    expect((await post(`${server.url}/api/auth/login`, login)).status).toBe(200);
    server.signal('SIGTERM');
    await server.ended;
  });

  test('asks at a terminal which copy to put back', async () => {
    const dir = damagedFolder((database) => rmSync(database));
    const screen = startAtTerminal(['doctor', '--recover', '--data-dir', dir]);
    await screen.shows('Put back which one?');
    screen.type('1\r');
    expect(await screen.ended).toBe(0);
    expect(screen.shown()).toContain(`Put back ${copy}`);
    expect((await runProgram(['doctor', '--data-dir', dir])).code).toBe(0);
  });

  test('refuses a copy that is damaged as well', async () => {
    const dir = damagedFolder((database) => rmSync(database));
    overwrite(join(dir, 'snapshots', copy), new Uint8Array(100), 0);
    const { code, stderr } = await recover(dir, copy);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is damaged as well')]);
  });

  test('leaves a whole database alone', async () => {
    const before = readFileSync(join(healthy, 'dynamight.db'));
    const { code, stderr } = await recover(healthy, copy);
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was changed')]);
    expect(readFileSync(join(healthy, 'dynamight.db')).equals(before)).toBe(true);
  });

  test('says so when there is no copy, or none of that name', async () => {
    const dir = damagedFolder((database) => rmSync(database));
    const other = await recover(dir, 'nonsense.db');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('no saved copy "nonsense.db"')]);
    rmSync(join(dir, 'snapshots', copy));
    const none = await recover(dir);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('There is no saved copy')]);
  });
});
