import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { tmpfs } from '../../../test/harness/filesystems.ts';
import { scale } from '../../../test/harness/scale.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, hostileNames, pathIn } from '../../../test/harness/trees.ts';

const browse = (path: string) => `/api/system/browse?path=${encodeURIComponent(path)}`;
interface Entry {
  name: string;
  path: string;
  is_dir: boolean;
  size: number | null;
  modified: string | null;
  kind: string;
}

const base = tempDir('folders');
const top = join(base, 'top');
const denied = { error: 'Forbidden', message: 'Access denied' };

describe('browsing', () => {
  buildTree(base, {
    'top/photos/2026/a.jpg': '12345',
    'top/Zoo/': null,
    'top/b.txt': 'x',
    'top/A.txt': '',
    'top/pipe': { fifo: true },
    'top/etc': { symlink: '/etc' },
    'top/root': { symlink: '/' },
    'top/hop': { symlink: 'etc' },
    'top/proc': { symlink: '/proc/self/root' },
    'top/near': { symlink: 'photos' },
    'top/nowhere': { symlink: 'gone' },
    'secret/inside.txt': 'x',
    'other/deep/': null,
  });
  symlinkSync(join(base, 'other'), join(base, 'linked-root'));
  const app = startTestApp({
    ALLOWED_BROWSE_PATHS: [join(base, 'away'), top, join(top, 'photos/2026'), join(base, 'linked-root')].join(','),
  });
  const to403 = (name: string, path: string): Scenario => ({
    name,
    method: 'GET',
    path: browse(path),
    status: 403,
    exactly: denied,
  });

  const rows: Scenario[] = [
    { name: 'needs a login', method: 'GET', path: '/api/system/browse', as: 'nobody', status: 401 },
    { name: 'needs a login for a bad path too', method: 'GET', path: browse('x'), as: 'nobody', status: 401 },
    {
      name: 'the list of allowed paths needs a login',
      method: 'GET',
      path: '/api/system/allowed-paths',
      as: 'nobody',
      status: 401,
    },
    {
      name: 'starts at the first allowed path that is there',
      method: 'GET',
      path: '/api/system/browse',
      status: 200,
      json: { path: top, parent: null },
    },
    { name: 'takes an empty path for none', method: 'GET', path: browse(''), status: 200, json: { path: top } },
    {
      name: 'lists folders first, then by name; links and pipes as what they are',
      method: 'GET',
      path: browse(top),
      status: 200,
      after: (_, { json }) => {
        expect(json.entries.map((one: Entry) => [one.name, one.kind, one.is_dir])).toEqual([
          ['Zoo', 'folder', true],
          ['photos', 'folder', true],
          ['A.txt', 'file', false],
          ['b.txt', 'file', false],
          ['etc', 'link', false],
          ['hop', 'link', false],
          ['near', 'link', false],
          ['nowhere', 'link', false],
          ['pipe', 'other', false],
          ['proc', 'link', false],
          ['root', 'link', false],
        ]);
        expect(json.truncated).toBeUndefined();
        const sizes = Object.fromEntries(json.entries.map((one: Entry) => [one.name, one.size]));
        expect(sizes).toMatchObject({ photos: null, 'A.txt': 0, 'b.txt': 1, etc: null, pipe: null });
      },
    },
    {
      name: 'goes down, and back up by `parent`',
      method: 'GET',
      path: browse(join(top, 'photos')),
      status: 200,
      json: { path: join(top, 'photos'), parent: top },
    },
    {
      name: 'has no parent at an allowed path, also when it lies in another',
      method: 'GET',
      path: browse(join(top, 'photos/2026')),
      status: 200,
      json: { parent: null, entries: [{ name: 'a.jpg', path: join(top, 'photos/2026/a.jpg'), size: 5 }] },
    },
    {
      name: 'reads a path in any spelling that stays inside',
      method: 'GET',
      path: browse(`${top}//Zoo/../photos/./`),
      status: 200,
      json: { path: join(top, 'photos') },
    },
    {
      name: 'an allowed path may be a link itself',
      method: 'GET',
      path: browse(join(base, 'linked-root/deep')),
      status: 200,
      json: { path: join(base, 'linked-root/deep'), entries: [] },
    },
    to403('stops outside', join(base, 'secret')),
    to403('stops outside also where nothing is', '/nothing/here'),
    to403('stops at the parent of an allowed path', base),
    to403('stops at a neighbour with the same beginning', `${top}-2`),
    to403('does not climb out by ..', `${top}/../secret`),
    to403('does not climb out by many ..', `${top}/${'../'.repeat(40)}etc`),
    to403('stops at the real place behind an allowed link', join(base, 'other')),
    ...['etc', 'root', 'hop', 'proc', 'near', 'nowhere', 'etc/ssl', 'root/etc', 'hop/ssl', 'proc/etc', 'near/2026'].map(
      (path) => to403(`does not go through the link ${path}`, join(top, path)),
    ),
    {
      name: 'does not find what is not there',
      method: 'GET',
      path: browse(join(top, 'gone/further')),
      status: 404,
      exactly: { error: 'Not found', message: 'Folder not found' },
    },
    { name: 'an allowed path that is away is not found', method: 'GET', path: browse(join(base, 'away')), status: 404 },
    {
      name: 'a name too long to exist is not found',
      method: 'GET',
      path: browse(join(top, 'x'.repeat(300))),
      status: 404,
    },
    ...['b.txt', 'pipe', 'b.txt/x'].map(
      (path): Scenario => ({
        name: `${path} is no folder`,
        method: 'GET',
        path: browse(join(top, path)),
        status: 400,
        contains: ['is not a folder'],
      }),
    ),
    { name: 'wants an absolute path', method: 'GET', path: browse('top'), status: 400, contains: ['absolute'] },
    { name: 'wants an absolute path, not an option', method: 'GET', path: browse('-la'), status: 400 },
    { name: 'refuses bytes that are no text', method: 'GET', path: `${browse(top)}%2F%ff`, status: 400 },
    { name: 'refuses a NUL', method: 'GET', path: browse(`${top}/a\0b`), status: 400 },
    {
      name: 'refuses a path of 100,000 characters',
      method: 'GET',
      path: browse(`/${'a/'.repeat(50_000)}`),
      status: 400,
    },
  ];
  scenarios(() => app, rows);

  test('sockets and devices are listed, and never opened', async () => {
    const server = Bun.listen({ unix: join(top, 'socket'), socket: { data() {} } });
    const { json } = await app.call('GET', browse(top), { owner: true });
    expect(json.entries.find((one: Entry) => one.name === 'socket')).toMatchObject({ kind: 'other', size: null });
    expect((await app.call('GET', browse(join(top, 'socket')), { owner: true })).status).toBe(400);
    server.stop(true);
    const devices = startTestApp({ ALLOWED_BROWSE_PATHS: '/dev' });
    expect((await devices.call('GET', browse('/dev/zero'), { owner: true })).status).toBe(400);
    const listed = await devices.call('GET', browse('/dev'), { owner: true });
    expect(listed.json.entries).toContainEqual(expect.objectContaining({ name: 'zero', kind: 'other', is_dir: false }));
  });

  test('every name is shown, and every folder whose name is text can be entered by its path', async () => {
    const odd = join(top, 'odd');
    mkdirSync(odd);
    for (const name of hostileNames()) mkdirSync(pathIn(odd, name));
    const { json } = await app.call('GET', browse(odd), { owner: true });
    expect(json.entries.length).toBe(hostileNames().length);
    const names = json.entries.map((one: Entry) => one.name);
    expect(names).toContain('a\nb');
    expect(names).toContain('\\xc3(');
    for (const entry of json.entries as Entry[]) {
      const known = hostileNames().some((name) => name.equals(Buffer.from(entry.name)));
      const answer = await app.call('GET', browse(entry.path), { owner: true });
      expect([entry.name, answer.status]).toEqual([entry.name, known ? 200 : 404]);
    }
  });

  test('times no calendar has do not spoil the answer', async () => {
    const dir = join(top, 'times');
    mkdirSync(dir);
    for (const [name, seconds] of [
      ['old', -1e10],
      ['new', 1e10],
    ] as const) {
      writeFileSync(join(dir, name), '');
      utimesSync(join(dir, name), seconds, seconds);
    }
    const { json } = await app.call('GET', browse(dir), { owner: true });
    for (const entry of json.entries) expect(entry.modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('a root of everything works, and still follows no link', async () => {
    const all = startTestApp({ ALLOWED_BROWSE_PATHS: '/' });
    const root = await all.call('GET', browse('/'), { owner: true });
    expect(root.json).toMatchObject({ path: '/', parent: null });
    expect(root.json.entries).toContainEqual(expect.objectContaining({ name: 'etc', path: '/etc', is_dir: true }));
    expect((await all.call('GET', browse('/etc'), { owner: true })).json.parent).toBe('/');
    expect((await all.call('GET', browse('/proc/self/root'), { owner: true })).status).toBe(403);
  });

  test('no allowed path there at all is told in words', async () => {
    const none = startTestApp({ ALLOWED_BROWSE_PATHS: '/nowhere-1,/nowhere-2' });
    const answer = await none.call('GET', '/api/system/browse', { owner: true });
    expect([answer.status, answer.json.message]).toEqual([
      404,
      'None of the allowed folders is there. Mount one, or change ALLOWED_BROWSE_PATHS.',
    ]);
  });

  test('a huge folder answers its first 10,000 entries, folders first, and others are served meanwhile', async () => {
    const huge = mkdtempSync(join(top, 'huge-'));
    for (let n = 0; n < scale.hugeFolder; n += 1) writeFileSync(join(huge, `f${String(n).padStart(6, '0')}`), '');
    mkdirSync(join(huge, 'zz-folder'));
    let done = false;
    let longestMs = 0;
    const listing = app.call('GET', browse(huge), { owner: true }).finally(() => {
      done = true;
    });
    while (!done) {
      const before = performance.now();
      await app.call('GET', '/api/system/health');
      longestMs = Math.max(longestMs, performance.now() - before);
      await Bun.sleep(1);
    }
    const { json } = await listing;
    expect(json.truncated).toBe(true);
    expect(json.entries.length).toBe(10_000);
    expect(json.entries.slice(0, 3).map((one: Entry) => one.name)).toEqual(['zz-folder', 'f000000', 'f000001']);
    expect(json.entries.at(-1).name).toBe('f009998');
    expect(longestMs).toBeLessThan(2000);
    rmSync(huge, { recursive: true });
  }, 60_000);
});

describe('making a folder', () => {
  const root = tempDir('mkdir');
  const outside = tempDir('outside');
  buildTree(root, {
    'here/': null,
    'file.txt': 'x',
    out: { symlink: outside },
    dangling: { symlink: 'gone' },
  });
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: root });
  let mask = 0;
  beforeAll(() => {
    mask = process.umask(0o077);
  });
  afterAll(() => void process.umask(mask));

  const row = (name: string, path: string, status: number, contains: string[] = []): Scenario => ({
    name,
    method: 'POST',
    path: '/api/system/mkdir',
    body: { path },
    status,
    contains,
    lacks: [outside],
  });
  scenarios(
    () => app,
    [
      { ...row('needs a login', join(root, 'x'), 401), as: 'nobody' },
      {
        name: 'needs a path',
        method: 'POST',
        path: '/api/system/mkdir',
        body: {},
        status: 400,
        contains: ["'path' is required"],
      },
      {
        ...row('gives it to everybody to read, whatever our umask', `${root}/here//new/`, 200),
        exactly: { message: 'Directory created', path: join(root, 'here/new') },
        after: () => expect(statSync(join(root, 'here/new')).mode & 0o7777).toBe(0o755),
      },
      row('takes spaces, quotes and other scripts in a name', join(root, `here/ "'Größe 🗂$(id)`), 200),
      row('does not make what is there', join(root, 'here'), 409, ['already exists']),
      row('does not make what a file has', join(root, 'file.txt'), 409, ['already exists']),
      row('does not make what a dangling link has', join(root, 'dangling'), 409, ['already exists']),
      row('makes one level only', join(root, 'here/a/b'), 404),
      row('does not make anything in a file', join(root, 'file.txt/a'), 400, ['is not a folder']),
      { ...row('does not make anything through a link', join(root, 'out/a'), 403), exactly: denied },
      { ...row('does not make anything outside', join(outside, 'a'), 403), lacks: [], exactly: denied },
      { ...row('does not make an allowed path itself', root, 403), exactly: denied },
      row('does not climb', `${root}/../x`, 400, ["'.' or '..'"]),
      row('does not climb inside either', `${root}/here/../x`, 400, ["'.' or '..'"]),
      row('wants an absolute path', 'x', 400, ['absolute']),
      row('refuses line ends in names', join(root, 'a\nb'), 400, ['control characters']),
      row('refuses escape codes in names', join(root, 'a\u001b[2J'), 400, ['control characters']),
      row('refuses half characters in names', `${root}/\ud800`, 400),
      row('refuses names longer than 255 bytes', join(root, '€'.repeat(86)), 400, ['255 bytes']),
    ],
  );

  test('nothing was made outside, and nothing but what was asked for inside', () => {
    expect(readdirSync(outside)).toEqual([]);
    expect(readdirSync(root).sort()).toEqual(['dangling', 'file.txt', 'here', 'out']);
    expect(lstatSync(join(root, 'dangling')).isSymbolicLink()).toBe(true);
  });

  test('a folder of a group stays with the group', async () => {
    const shared = join(root, 'here/shared');
    mkdirSync(shared);
    chmodSync(shared, 0o2770);
    await app.call('POST', '/api/system/mkdir', { owner: true, body: { path: join(shared, 'new') } });
    expect(statSync(join(shared, 'new')).mode & 0o7777).toBe(0o2755);
  });

  test('a full or read-only drive is told in words', async () => {
    const drive = tmpfs({ size: '1m', nrInodes: 2 });
    const onDrive = startTestApp({ ALLOWED_BROWSE_PATHS: drive.path });
    const make = async (name: string) => {
      const { status, json } = await onDrive.call('POST', '/api/system/mkdir', {
        owner: true,
        body: { path: join(drive.path, name) },
      });
      return [status, json.message];
    };
    expect((await make('fits'))[0]).toBe(200);
    expect(await make('full')).toEqual([507, `No space left for ${join(drive.path, 'full')}`]);
    drive.remount('ro');
    expect(await make('ro')).toEqual([403, `${join(drive.path, 'ro')} is on a read-only filesystem`]);
  });

  test('of 20 who ask for the same one, one gets it', async () => {
    const ask = () => app.call('POST', '/api/system/mkdir', { owner: true, body: { path: join(root, 'here/once') } });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers.filter((one) => one.status === 200).length).toBe(1);
    expect(answers.filter((one) => one.status === 409).length).toBe(19);
  });
});

describe('while somebody swaps a folder for a link outside', () => {
  const root = tempDir('race');
  const outside = tempDir('race-outside');
  buildTree(root, { 'door/mine.txt': 'x' });
  writeFileSync(join(outside, 'secret.txt'), 'x');
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: root });
  const swap = `
    const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
    const [door, away, outside] = process.argv.slice(-3);
    process.stdout.write('ready');
    for (;;) {
      renameSync(door, away);
      symlinkSync(outside, door);
      unlinkSync(door);
      renameSync(away, door);
    }`;

  test('no listing shows a name from outside, and no folder is made there', async () => {
    const script = join(root, 'swap.cjs');
    writeFileSync(script, swap);
    const attacker = Bun.spawn([process.execPath, script, join(root, 'door'), join(root, 'away'), outside], {
      stdout: 'pipe',
    });
    try {
      await attacker.stdout.getReader().read();
      const seen = new Map<number, number>();
      // Goes on until it met both a folder and a link: on a busy machine the other one may sleep for long.
      const raced = () => seen.has(200) && seen.has(403);
      const giveUpAt = performance.now() + 30_000;
      for (let round = 0; round < scale.raceRounds || (!raced() && performance.now() < giveUpAt); round += 1) {
        const door = join(root, 'door');
        const [listed, made] = await Promise.all([
          app.call('GET', browse(door), { owner: true }),
          app.call('POST', '/api/system/mkdir', { owner: true, body: { path: join(door, `n${round}`) } }),
        ]);
        for (const answer of [listed, made]) {
          expect(answer.text).not.toContain('secret.txt');
          expect([200, 400, 403, 404]).toContain(answer.status);
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        }
      }
      expect(readdirSync(outside)).toEqual(['secret.txt']);
      expect(raced()).toBe(true);
    } finally {
      attacker.kill('SIGKILL');
      await attacker.exited;
    }
  }, 120_000);
});
