import { beforeAll, describe, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../src/config/version.ts';
import { tempDir } from '../harness/temp.ts';
import { root } from './sources.ts';

const here = process.arch === 'arm64' ? 'arm64' : 'x64';
const executable = (arch: string): string => join(root, `dist/dynamight-linux-${arch}`);
const buildLimitMs = 600_000;
const emulatedLimitMs = 120_000;

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

async function run(command: string[], cwd = root): Promise<Ended> {
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

/** Numbers of `GLIBC_2.17`, compared as versions. */
const minor = (name: string): number => Number(/^GLIBC_2\.(\d+)/.exec(name)?.[1] ?? Number.NaN);

beforeAll(async () => {
  const built = await run([join(root, 'scripts/build'), '--all']); // does nothing when it is done already
  if (built.exitCode !== 0) throw new Error(built.stderr);
}, buildLimitMs);

describe.each(['x64', 'arm64'])('the executable for %s', (arch) => {
  test(
    'starts and says which version it is',
    async () => {
      const emulated = arch === here ? [] : [join(root, 'scripts/emulate'), arch]; // fetches a glibc the first time
      const { exitCode, stdout, stderr } = await run([...emulated, executable(arch), 'version']);
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: `dynamight ${version}\n` });
    },
    emulatedLimitMs,
  );

  test('links nothing but the libraries of glibc', async () => {
    const { stdout } = await run(['readelf', '-d', executable(arch)]);
    const needed = [...stdout.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1] ?? '');
    expect(needed).toContain('libc.so.6');
    const foreign = needed.filter((name) => !/^(libc|libm|libdl|libpthread|librt|ld-linux-[\w-]+)\.so\.\d$/.test(name));
    expect(foreign).toEqual([]);
  });

  test('runs with glibc 2.17, the one of 2012', async () => {
    const { stdout } = await run(['readelf', '-V', executable(arch)]);
    const wanted = [...new Set(stdout.match(/GLIBC_[\d.]+/g))];
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => !(minor(name) <= 17))).toEqual([]);
  });
});

test('a bunfig.toml or .env in the folder it is started in is not even opened', async () => {
  const dir = tempDir('trap');
  writeFileSync(join(dir, 'bunfig.toml'), 'preload = ["./preload.ts"]\n');
  writeFileSync(join(dir, 'preload.ts'), `require('node:fs').writeFileSync('caught', '');\n`);
  writeFileSync(join(dir, '.env'), 'LOG_LEVEL=nonsense\n');
  const trace = join(dir, 'trace');
  const command = ['strace', '-f', '-e', 'trace=open,openat', '-o', trace, executable(here), 'version'];
  const { exitCode, stdout } = await run(command, dir);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `dynamight ${version}\n` });
  const opened = readFileSync(trace, 'utf8');
  expect(opened).toContain('libc.so.6');
  expect(opened).not.toMatch(/bunfig|\.env|preload/);
  expect(existsSync(join(dir, 'caught'))).toBe(false);
});

describe('the executable alone, away from the checkout', () => {
  const dir = tempDir('alone');
  const program = join(dir, 'dynamight');
  const data = join(dir, 'data');
  beforeAll(() => cpSync(executable(here), program));

  test('backs up a folder: the database comes with it', async () => {
    mkdirSync(join(dir, 'photos'));
    writeFileSync(join(dir, 'photos/one.jpg'), 'one');
    const ended = await run([program, 'backup', '--json', '--data-dir', data, 'photos', 'backup'], dir);
    expect(ended).toMatchObject({ exitCode: 0 });
    const last = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ status: 'completed', files_transferred: 1, bytes_transferred: 3 });
    expect(readFileSync(join(dir, 'backup/photos/one.jpg'), 'utf8')).toBe('one');
  });

  test('hashes beside the main thread: that thread’s program comes with it', () => {
    expect(readFileSync(program).includes('/$bunfs/root/lib/hash-thread.worker.js')).toBe(true);
  });

  test('serves the page: its files come with it', async () => {
    const server = Bun.spawn([program, 'serve', '--port', '0', '--host', '127.0.0.1', '--data-dir', data], {
      cwd: dir,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    try {
      const { value } = await server.stdout.getReader().read();
      const url = /http:\S+/.exec(new TextDecoder().decode(value))?.[0] ?? '';
      const answer = await fetch(url);
      const html = await answer.text();
      expect(answer.headers.get('content-type')).toStartWith('text/html');
      const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1] ?? 'none';
      expect((await fetch(new URL(script, url))).headers.get('content-type')).toStartWith('text/javascript');
    } finally {
      server.kill();
    }
    expect(await server.exited).toBe(0);
  });
});
