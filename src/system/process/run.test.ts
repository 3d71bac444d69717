import { describe, expect, test } from 'bun:test';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended } from '../../../test/harness/processes.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { runCommand } from './run.ts';
import { ToolMissingError } from './tools.ts';

const sh = (script: string) => ['sh', '-c', script];
const quick = { timeoutMs: 10_000 };

describe('a short command', () => {
  test('answers what it printed and how it ended', async () => {
    expect(await runCommand(sh('printf "grüße"; echo oh >&2; exit 3'), quick)).toEqual({
      code: 3,
      stdout: 'grüße',
      stderr: 'oh\n',
    });
  });

  test('that a signal ended has no code', async () => {
    expect((await runCommand(sh('kill -9 $$'), quick)).code).toBeNull();
  });

  test('gets its arguments as they are: there is no shell', async () => {
    const args = ['$HOME', '`id`', 'a b', '"', ';', '*', 'line\nbreak', '-n'];
    expect((await runCommand(['printf', '%s|', ...args], quick)).stdout).toBe(`${args.join('|')}|`);
  });

  test('reads what it is given, and nothing when it is given nothing', async () => {
    const input = 'x'.repeat(300_000);
    expect((await runCommand(['cat'], { ...quick, input })).stdout).toBe(input);
    expect((await runCommand(['wc', '-c'], { ...quick, input: new Uint8Array([0, 255, 10]) })).stdout.trim()).toBe('3');
    expect((await runCommand(['cat'], quick)).stdout).toBe('');
  });

  test('that does not read what it is given is no trouble', async () => {
    expect((await runCommand(['true'], { ...quick, input: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  test('sees the folder and the variables asked for, and no others of ours', async () => {
    const dir = tempDir('cwd');
    process.env['OUR_SECRET'] = 'do not tell';
    const said = await runCommand(sh('pwd; env'), { ...quick, cwd: dir, env: { EXTRA: 'yes' } });
    delete process.env['OUR_SECRET'];
    const lines = said.stdout.split('\n');
    expect(lines[0]).toBe(dir);
    expect(lines).toContain('EXTRA=yes');
    expect(lines).toContain('LC_ALL=C');
    expect(said.stdout).not.toContain('OUR_SECRET');
  });

  test('that takes too long is stopped with all it started, and named', async () => {
    const pids = join(tempDir('late'), 'pids');
    const started = performance.now();
    const late = runCommand(sh(`sleep 60 & echo $$ $! >${pids}; wait`), { timeoutMs: 200 });
    expect(late).rejects.toThrow('sh took longer than 200 ms and was stopped');
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ')) await ended(Number(pid));
  });

  test('that talks without end is stopped, and named', async () => {
    expect(runCommand(['yes'], { ...quick, maxBytes: 10_000 })).rejects.toThrow(
      'yes wrote more than 10000 bytes and was stopped',
    );
    expect(runCommand(sh('yes >&2'), { ...quick, maxBytes: 10_000 })).rejects.toThrow('sh wrote more than');
    expect((await runCommand(sh('printf 12345'), { ...quick, maxBytes: 5 })).stdout).toBe('12345');
  });

  test('that left a child with its pipe does not keep us', async () => {
    const started = performance.now();
    const said = await runCommand(sh('sleep 30 & echo $!'), { timeoutMs: 20_000 });
    expect(performance.now() - started).toBeLessThan(6_000);
    process.kill(Number(said.stdout), 'SIGKILL');
  });

  test('that is not there is a missing tool', async () => {
    expect(runCommand(['no-such-command'], quick)).rejects.toBeInstanceOf(ToolMissingError);
    expect(runCommand([], quick)).rejects.toBeInstanceOf(ToolMissingError);
  });

  test('that cannot be started says why', async () => {
    expect(runCommand(['true'], { ...quick, cwd: '/no/such/folder' })).rejects.toThrow(
      'true was not started: its working directory /no/such/folder is gone',
    );
    const broken = join(tempDir('bin'), 'broken');
    writeFileSync(broken, '#!/no/such/interpreter\n');
    chmodSync(broken, 0o755);
    expect(runCommand([broken], quick)).rejects.toThrow(`${broken} could not be started`);
  });
});
