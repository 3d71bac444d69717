import { beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../src/config/version.ts';
import { mainFile, runProgram, startAtTerminal, startProgram, startServer } from '../harness/program.ts';
import { tempDir } from '../harness/temp.ts';

const health = async (url: string) => (await fetch(`${url}/api/system/health`)).json();
const addUser = (name: string, dir: string) =>
  runProgram(['user', 'add', name, '--password-stdin', '--data-dir', dir], { stdin: 'correct horse battery\n' });

describe('calling it', () => {
  test('version prints name and number and nothing else', async () => {
    expect(await runProgram(['version'])).toEqual({ code: 0, stdout: `dynamight ${version}\n`, stderr: '' });
  });

  const wrongCalls: [string, string[], string][] = [
    ['no command', [], 'Usage: dynamight'],
    ['an unknown command', ['serv'], 'no command "serv"'],
    ['an unknown option', ['serve', '--prot', '80'], 'Unknown option --prot'],
    ['an option without its value', ['serve', '--port'], '--port needs a value'],
    ['a value where none belongs', ['backup', '--delete=yes', 'a', 'b'], '--delete takes no value'],
    ['a backup without a destination', ['backup', '/tmp'], 'at least one source and the destination'],
    ['a user command without a name', ['user', 'add'], 'takes one name'],
    ['a secret on the command line', ['serve', '--jwt-secret', 'x'.repeat(40)], 'Unknown option --jwt-secret'],
  ];
  test.each(wrongCalls)('%s ends with 2 and says what is wrong', async (_name, args, text) => {
    const { code, stdout, stderr } = await runProgram(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  test('help is at hand for every command, also beside a wrong option', async () => {
    const overview = await runProgram(['--help']);
    const names = [...overview.stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map((match) => match[1] ?? '');
    expect(names).toEqual(['serve', 'backup', 'user', 'doctor', 'version']);
    for (const name of names) {
      const help = await runProgram([name, '--nonsense', '--help']);
      expect([help.code, help.stderr]).toEqual([0, '']);
      expect(help.stdout).toStartWith(`Usage: dynamight ${name}`);
    }
  });

  test('an answer that did not arrive is an error, a reader who has enough is none', () => {
    const shell = (line: string) =>
      Bun.spawnSync(['bash', '-c', `set -o pipefail; ${line}`, process.execPath, mainFile]).exitCode;
    expect(shell('"$0" "$1" version > /dev/full')).toBe(1);
    expect(shell('"$0" "$1" --help | true')).toBe(0);
  });

  test('every bad setting is named at once, whether typed or from the environment', async () => {
    const { code, stderr } = await runProgram(['serve', '--port', '99999'], {
      env: { LOG_LEVEL: 'loud', TRUST_PROXY: 'maybe' },
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'TRUST_PROXY']) expect(stderr).toContain(`${name}: must be`);
  });
});

describe('a running server', () => {
  const dir = tempDir('serve');
  let server: Awaited<ReturnType<typeof startServer>>;
  let second: ReturnType<typeof startProgram>;
  let secondStarted = 0;
  beforeAll(async () => {
    server = await startServer(dir);
    secondStarted = performance.now();
    second = startProgram(['serve', '--port', '0', '--data-dir', dir]);
  });

  test('says in exactly one line where it is, and answers there', async () => {
    expect(server.stdout()).toMatch(/^Dynamight \d+\.\d+\.\d+ on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await health(server.url)).toEqual({ status: 'ok', version });
  });

  test('is reached by commands through its socket, which only its owner can open', async () => {
    expect(statSync(join(dir, 'dynamight.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const added = await addUser('alice', dir);
    expect(added).toEqual({ code: 0, stdout: 'Added admin alice.\n', stderr: '' });
    const answer = await fetch(`${server.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'alice', password: 'correct horse battery' }),
    });
    expect(answer.status).toBe(200);
  });

  test('refuses in its own words what a command asks', async () => {
    const twice = await addUser('alice', dir);
    expect(twice.code).toBe(1);
    expect(twice.stderr).toMatch(/^dynamight: .*alice|^dynamight: .*exists/i);
    const nobody = await runProgram(['user', 'disable-2fa', 'nobody', '--data-dir', dir]);
    expect([nobody.code, nobody.stdout]).toEqual([1, '']);
    expect(nobody.stderr).toContain('not found');
  });

  test('lets the doctor look without disturbing it', async () => {
    const { code, stdout } = await runProgram(['doctor', '--json', '--data-dir', dir]);
    const report = JSON.parse(stdout) as { ok: boolean; checks: { name: string; state: string; message: string }[] };
    expect([code, report.ok]).toEqual([0, true]);
    expect(report.checks.find(({ name }) => name === 'in use')?.message).toBe(
      `by "dynamight serve" (pid ${server.pid})`,
    );
    expect(report.checks.find(({ name }) => name === 'dynamight.db')?.state).toBe('ok');
  });

  test('keeps a second one out, which waits ten seconds and names it', async () => {
    expect(await second.ended).toBe(1);
    expect(performance.now() - secondStarted).toBeGreaterThan(9_000);
    expect(second.stderr()).toContain(`in use by "dynamight serve" (pid ${server.pid})`);
    expect(second.stdout()).toBe('');
  }, 20_000);

  test('does not start on a taken port', async () => {
    const port = new URL(server.url).port;
    const other = await runProgram(['serve', '--host', '127.0.0.1', '--port', port, '--data-dir', tempDir('port')]);
    expect([other.code, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toContain(`Port ${port} is taken`);
  });

  test('ends cleanly on SIGTERM: databases whole, socket gone, folder free', async () => {
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    const left = readdirSync(dir);
    expect(left).toContain('dynamight.db');
    expect(left.filter((name) => /-wal$|-shm$|\.sock$/.test(name))).toEqual([]);
    expect((await addUser('bob', dir)).code).toBe(0);
  });
});

test('a server that was killed leaves a folder that starts again at once', async () => {
  const dir = tempDir('killed');
  const first = await startServer(dir);
  expect((await addUser('alice', dir)).code).toBe(0);
  first.signal('SIGKILL');
  await first.ended;
  expect(existsSync(join(dir, 'dynamight.sock'))).toBe(true);
  const again = await startServer(dir);
  const required = await (await fetch(`${again.url}/api/auth/setup-required`)).json();
  expect(required).toEqual({ setup_required: false });
  again.signal('SIGINT');
  expect(await again.ended).toBe(0);
});

test('a data folder may lie deeper than a socket path can be long', async () => {
  const dir = join(tempDir('deep'), 'a'.repeat(100), 'b'.repeat(100));
  const server = await startServer(dir);
  expect(await addUser('alice', dir)).toMatchObject({ code: 0 });
  expect((await addUser('alice', dir)).code).toBe(1);
  server.signal('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('commands on one folder take turns or share: none is lost', async () => {
  const dir = tempDir('turns');
  const names = ['ann', 'ben', 'cem', 'dea'];
  const results = await Promise.all(names.map((name) => addUser(name, dir)));
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
  for (const name of names) expect((await addUser(name, dir)).code).toBe(1);
});

describe('passwords', () => {
  const dir = tempDir('passwords');

  test('are asked for twice at a terminal and never shown', async () => {
    const screen = startAtTerminal(['user', 'add', 'alice', '--data-dir', dir]);
    await screen.shows('Password: ');
    screen.type('correct horsX\u007fe battery\r');
    await screen.shows('Once more: ');
    screen.type('\u001b[Acorrect horse battery\r');
    expect(await screen.ended).toBe(0);
    expect(screen.shown()).toContain('Added admin alice.');
    expect(screen.shown()).not.toContain('horse');
  });

  test('that differ change nothing', async () => {
    const screen = startAtTerminal(['user', 'reset-password', 'alice', '--data-dir', dir]);
    await screen.shows('Password: ');
    screen.type('correct horse battery\r');
    await screen.shows('Once more: ');
    screen.type('another horse battery\r');
    expect(await screen.ended).toBe(1);
  });

  test('can be given up with Ctrl-C', async () => {
    const screen = startAtTerminal(['user', 'reset-password', 'alice', '--data-dir', dir]);
    await screen.shows('Password: ');
    screen.type('corr\u0003');
    expect(await screen.ended).toBe(130);
  });

  test('need --password-stdin where nobody can be asked', async () => {
    const { code, stderr } = await runProgram(['user', 'add', 'bob', '--data-dir', dir]);
    expect(code).toBe(2);
    expect(stderr).toContain('--password-stdin');
    const empty = await runProgram(['user', 'add', 'bob', '--password-stdin', '--data-dir', dir], { stdin: '\n' });
    expect(empty.code).toBe(2);
  });

  test('too short are refused by the same rule as on the page', async () => {
    const { code, stderr } = await runProgram(['user', 'add', 'bob', '--password-stdin', '--data-dir', dir], {
      stdin: 'short',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('12');
  });
});

describe('a data folder that cannot be used', () => {
  test('is told in one line, whatever is wrong with it', async () => {
    const base = tempDir('unusable');
    writeFileSync(join(base, 'file'), '');
    symlinkSync('nowhere', join(base, 'link'));
    mkdirSync(join(base, 'real'));
    for (const dir of [join(base, 'file'), join(base, 'file/sub'), join(base, 'link/sub/x/../../..//file')]) {
      const { code, stderr } = await runProgram(['serve', '--port', '0', '--data-dir', dir]);
      expect([dir, code]).toEqual([dir, 1]);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    rmSync(join(base, 'real'), { recursive: true });
  });
});
