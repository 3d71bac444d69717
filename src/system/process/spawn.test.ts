import { describe, expect, test } from 'bun:test';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { ended, eventually, isAlive } from '../../../test/harness/processes.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { diesWithUs, type SpawnOptions, spawnLines } from './spawn.ts';
import { ToolMissingError } from './tools.ts';

/** On a machine that has other things to do as well. */
const slow = 30_000;
const sh = (script: string, ...args: string[]) => ['sh', '-c', script, 'sh', ...args];

async function collect(options: SpawnOptions) {
  const lines: string[] = [];
  const errorLines: string[] = [];
  const result = await spawnLines({
    onLine: (line) => lines.push(line),
    onErrorLine: (line) => errorLines.push(line),
    ...options,
  });
  return { ...result, lines, errorLines };
}

/** Starts something and aborts it as soon as it has printed its first line, which holds process ids. */
async function abortWhenReady(script: string, killAfterMs = 5_000) {
  const abort = new AbortController();
  let pids: number[] = [];
  const started = performance.now();
  const result = await spawnLines({
    argv: sh(script),
    signal: abort.signal,
    killAfterMs,
    onLine: (line) => {
      if (pids.length > 0) return;
      pids = line.split(' ').map(Number);
      abort.abort();
    },
  });
  return { ...result, pids, ms: performance.now() - started };
}

describe('the end of a program', () => {
  test('is its exit code', async () => {
    expect(await spawnLines({ argv: sh('exit 24') })).toEqual({
      code: 24,
      signal: null,
      stderrTail: '',
      aborted: false,
    });
    expect((await spawnLines({ argv: ['true'] })).code).toBe(0);
  });

  test('is the signal that ended it', async () => {
    expect(await spawnLines({ argv: sh('kill -9 $$') })).toMatchObject({
      code: null,
      signal: 'SIGKILL',
      aborted: false,
    });
    expect(await spawnLines({ argv: sh('kill -TERM $$') })).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('comes after its last line, also when that has no line end', async () => {
    expect((await collect({ argv: ['printf', 'one\ntwo'] })).lines).toEqual(['one', 'two']);
  });

  test('leaves no zombie', async () => {
    const { lines } = await collect({ argv: sh('echo $$') });
    expect(existsSync(`/proc/${lines[0]}`)).toBe(false);
  });
});

describe('what a program prints', () => {
  test('comes while it runs, not at its end', async () => {
    const abort = new AbortController();
    const { lines } = await collect({
      argv: sh('echo first; sleep 60'),
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    expect(lines).toEqual([]);
    expect(abort.signal.aborted).toBe(true);
  });

  test('is cut at \\r too: a progress line is a line', async () => {
    expect((await collect({ argv: ['printf', '\r 10%%\r 50%%\r100%%\ndone\r\n'] })).lines).toEqual([
      ' 10%',
      ' 50%',
      '100%',
      'done',
    ]);
  });

  test('is bytes: each is one character, whatever it is', async () => {
    const { lines } = await collect({ argv: ['printf', '\\377\\200\\303\\050gr\\303\\274n\\n'] });
    expect(Buffer.from(lines[0] ?? '', 'latin1')).toEqual(
      Buffer.from([0xff, 0x80, 0xc3, 0x28, 0x67, 0x72, 0xc3, 0xbc, 0x6e]),
    );
  });

  test('can be cut at NUL, so that names with line ends stay whole', async () => {
    const options = { argv: ['printf', 'a\\nb\\0c\\r\\0d'], stdoutSeparator: new Uint8Array([0]) };
    expect((await collect(options)).lines).toEqual(['a\nb', 'c\r', 'd']);
  });

  test('to stderr comes line by line beside stdout, its end is kept as text', async () => {
    const { lines, errorLines, stderrTail } = await collect({ argv: sh('echo out; printf "grün\nlast" >&2') });
    expect(lines).toEqual(['out']);
    expect(errorLines.map((line) => Buffer.from(line, 'latin1').toString())).toEqual(['grün', 'last']);
    expect(stderrTail).toBe('grün\nlast');
  });

  test('to stderr without end is kept only to its end', async () => {
    const argv = sh('seq 1 200000 >&2; echo the reason >&2');
    const { stderrTail, errorLines } = await collect({ argv, maxStderrBytes: 100 });
    expect(stderrTail).toHaveLength(100);
    expect(stderrTail).toEndWith('200000\nthe reason\n');
    expect(errorLines).toHaveLength(200_001);
  });

  test('is read also when nobody listens: a full pipe would stop the program', async () => {
    expect((await spawnLines({ argv: sh('seq 1 300000; seq 1 300000 >&2; exit 7') })).code).toBe(7);
  });

  test(
    'comes whole and fast: a million lines in seconds, in flat memory',
    async () => {
      const before = process.memoryUsage.rss();
      let count = 0;
      let sum = 0;
      let peak = 0;
      const started = performance.now();
      await spawnLines({
        argv: ['seq', '1', String(scale.lines)],
        onLine(line) {
          count += 1;
          sum += Number(line);
          if (count % 10_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
        },
      });
      expect(count).toBe(scale.lines);
      expect(sum).toBe((scale.lines * (scale.lines + 1)) / 2);
      // about 0.5 s on an idle machine; the bound only catches another order of growth
      expect(performance.now() - started).toBeLessThan(slow / 2);
      expect(peak - before).toBeLessThan(100 * 1024 * 1024);
    },
    slow,
  );

  test(
    'faster than we can follow waits in the pipe, not in our memory',
    async () => {
      const before = process.memoryUsage.rss();
      const abort = new AbortController();
      let bytes = 0;
      await spawnLines({
        argv: ['yes', 'x'.repeat(4_000)],
        signal: abort.signal,
        onLine(line) {
          bytes += line.length;
          if (bytes % 40_000 === 0) Bun.sleepSync(1);
          if (bytes > 10_000_000) abort.abort();
        },
      });
      expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    },
    slow,
  );

  test(
    'in one endless line is cut at 1 MiB and does not fill memory',
    async () => {
      const before = process.memoryUsage.rss();
      const { lines } = await collect({ argv: ['head', '-c', '100000000', '/dev/zero'] });
      expect(lines.map((line) => line.length)).toEqual([1024 * 1024]);
      expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    },
    slow,
  );
});

describe('abort', () => {
  test('ends the program, and says so', async () => {
    const { code, signal, aborted, ms } = await abortWhenReady('echo $$; exec sleep 60');
    expect({ code, signal, aborted }).toEqual({ code: null, signal: 'SIGTERM', aborted: true });
    expect(ms).toBeLessThan(4_000);
  });

  test('leaves the program time to tidy up, and gives its own exit code', async () => {
    const tidied = join(tempDir('tidy'), 'tidied');
    const script = `trap 'sleep 0.2; touch ${tidied}; exit 20' TERM; echo $$; while :; do sleep 0.05; done`;
    expect(await abortWhenReady(script)).toMatchObject({ code: 20, signal: null, aborted: true });
    expect(existsSync(tidied)).toBe(true);
  });

  test('ends what the program started, and what that started', async () => {
    const { pids, ms } = await abortWhenReady("sh -c 'sleep 60 & echo $$ $!; wait' & wait");
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    // dead ones that nobody reaps (a container without an init) are not waited for
    expect(ms).toBeLessThan(800);
  });

  test('kills a program that will not listen', async () => {
    const { signal, aborted, ms } = await abortWhenReady("trap '' TERM; echo $$; while :; do sleep 0.05; done", 300);
    expect({ signal, aborted }).toEqual({ signal: 'SIGKILL', aborted: true });
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(4_000);
  });

  test('kills a grandchild that will not listen after its parent has gone', async () => {
    const deaf = `sh -c 'trap "" TERM; echo $$; while :; do sleep 0.05; done' & wait`;
    const { pids, ms } = await abortWhenReady(deaf, 300);
    expect(ms).toBeGreaterThan(250);
    for (const pid of pids) await ended(pid);
  });

  test('before the start starts nothing', async () => {
    const proof = join(tempDir('never'), 'started');
    const result = await spawnLines({ argv: ['touch', proof], signal: AbortSignal.abort() });
    expect(result).toMatchObject({ code: null, aborted: true });
    expect(existsSync(proof)).toBe(false);
  });

  test('after the end does nothing', async () => {
    const abort = new AbortController();
    const result = await spawnLines({ argv: ['true'], signal: abort.signal });
    abort.abort();
    expect(result).toMatchObject({ code: 0, aborted: false });
  });

  test('does not reach another program of ours', async () => {
    const other = spawnLines({ argv: sh('sleep 0.5; exit 9') });
    await abortWhenReady('echo $$; exec sleep 60');
    expect((await other).code).toBe(9);
  });
});

describe('a program that ends but leaves a child with its output', () => {
  test('is not waited for without end, and keeps what it said', async () => {
    const started = performance.now();
    const { lines, code } = await collect({ argv: sh('sleep 30 & echo $!; exit 4') });
    expect(code).toBe(4);
    expect(performance.now() - started).toBeLessThan(8_000);
    process.kill(Number(lines[0]), 'SIGKILL');
  });

  test('is waited for a moment: what comes late still counts', async () => {
    const { lines } = await collect({ argv: sh('(sleep 0.3; echo late) & echo soon') });
    expect(lines).toEqual(['soon', 'late']);
  });
});

describe('our own mistakes', () => {
  test('an error while reading ends the program and comes back to the caller', async () => {
    let pid = 0;
    const failing = spawnLines({
      argv: sh('echo $$; exec sleep 60'),
      onLine(line) {
        pid = Number(line);
        throw new Error('cannot read this');
      },
    });
    expect(failing).rejects.toThrow('cannot read this');
    expect(isAlive(pid)).toBe(false);
  });

  test('after an error no further line is handed out', async () => {
    let lines = 0;
    const failing = spawnLines({
      argv: ['seq', '1', '100000'],
      onLine() {
        lines += 1;
        throw new Error('once');
      },
    });
    expect(failing).rejects.toThrow('once');
    expect(lines).toBe(1);
  });
});

describe('a program that cannot be started', () => {
  test('because it is not installed is named with its package', async () => {
    const error = await spawnLines({ argv: ['no-such-program', 'x'] }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ToolMissingError);
    expect((error as Error).message).toBe(
      'no-such-program is not installed. Install it with: apt install no-such-program',
    );
  });

  test('is named also behind what makes it give way', async () => {
    expect(spawnLines({ argv: ['no-such-program'], nice: 10 })).rejects.toThrow('no-such-program is not installed');
  });

  test('because its folder is gone says so', async () => {
    const options = { argv: ['true'], cwd: join(tempDir('gone'), 'nothing') };
    expect(spawnLines(options)).rejects.toThrow(`working directory ${options.cwd} is gone`);
  });
});

describe('the surroundings of a program', () => {
  test('hold nothing of our environment but what it needs', async () => {
    process.env['OUR_SECRET'] = 'do not tell';
    const { lines } = await collect({ argv: ['env'], env: { RSYNC_PASSWORD: 'for this one' } });
    delete process.env['OUR_SECRET'];
    const names = lines.map((line) => line.split('=')[0] ?? '').sort();
    expect(names.filter((name) => name !== 'HOME')).toEqual(['LC_ALL', 'PATH', 'RSYNC_PASSWORD']);
  });

  test('have an empty stdin', async () => {
    expect((await collect({ argv: sh('cat; echo end') })).lines).toEqual(['end']);
  });

  test('are the folder behind an open handle, wherever it was moved', async () => {
    const dir = tempDir('handle');
    mkdirSync(join(dir, 'old'));
    const handle = openSync(join(dir, 'old'), 'r');
    renameSync(join(dir, 'old'), join(dir, 'new'));
    const { lines } = await collect({ argv: ['pwd', '-P'], cwd: `/proc/${process.pid}/fd/${handle}` });
    closeSync(handle);
    expect(lines).toEqual([join(dir, 'new')]);
  });

  test('give others the way when asked to', async () => {
    const { lines } = await collect({ argv: sh('nice; ionice'), nice: 12 });
    expect(lines[0]).toBe(String(Math.min(19, getPriority() + 12)));
    expect(lines[1]).toMatch(/best-effort: prio 7/);
  });
});

test('a program that must die with us dies with us, also by kill -9', async () => {
  const pidFile = join(tempDir('parent'), 'pid');
  const script = `
    import { diesWithUs, spawnLines } from ${JSON.stringify(join(import.meta.dir, 'spawn.ts'))};
    await spawnLines({ argv: diesWithUs(['sh', '-c', 'echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 60']) });
  `;
  const parent = Bun.spawn([process.execPath, '-e', script], { stdout: 'ignore', stderr: 'inherit' });
  await eventually('the child runs', () => existsSync(pidFile));
  const child = Number(readFileSync(pidFile, 'utf8'));
  expect(isAlive(child)).toBe(true);
  parent.kill('SIGKILL');
  await parent.exited;
  await ended(child);
});

test('what is to be run dies with us, but is otherwise untouched', async () => {
  expect((await collect({ argv: diesWithUs(['printf', '%s|', '-x', 'a b']) })).lines).toEqual(['-x|a b|']);
});
