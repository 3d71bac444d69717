import { type ChildOptions, groupRuns, pipesEnded, readAll, signalGroup, startChild } from './child.ts';
import { keepTail, splitLines } from './lines.ts';
import { requireTool } from './tools.ts';

export interface SpawnOptions extends ChildOptions {
  /** Program (looked up with `findTool`) and its arguments, handed over as they are: there is no shell. */
  argv: readonly string[];
  /** Abort sends SIGTERM to the whole process group, and SIGKILL `killAfterMs` later to what is left of it. */
  signal?: AbortSignal;
  /** Bytes that end a line of stdout; `\n` and `\r` unless given (`\0` for the output of `-print0`). */
  stdoutSeparator?: Uint8Array;
  /** Each line of stdout as it comes, latin1: one character is one byte. Must not block; a throw ends the child. */
  onLine?: (line: string) => void;
  onErrorLine?: (line: string) => void;
  /** Bytes of stderr's end kept for `stderrTail`. */
  maxStderrBytes?: number;
  killAfterMs?: number;
  /** 0–19; the child also gives way on the disk. */
  nice?: number;
}

export interface SpawnResult {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  /** `SIGTERM` …; null when it exited by itself. */
  signal: string | null;
  /** The end of stderr as text for people. */
  stderrTail: string;
  /** The abort signal was given before the child had ended. */
  aborted: boolean;
}

/** The argv of a child that gets SIGTERM when we die, however we die. Works for children of the main thread only. */
export const diesWithUs = (argv: readonly string[]): string[] => ['setpriv', '--pdeathsig', 'TERM', '--', ...argv];

const newlines = [10, 13];

/**
 * Runs a program to its end and hands out its output line by line. Settles only when the child is reaped and both
 * pipes have ended; exit codes and signals are results, not errors. Rejects with `ToolMissingError` when there is no
 * such program, with an Error when it cannot be started, and with what `onLine` or `onErrorLine` threw.
 */
export async function spawnLines(options: SpawnOptions): Promise<SpawnResult> {
  const { signal, killAfterMs = 10_000 } = options;
  if (signal?.aborted) return { code: null, signal: 'SIGTERM', stderrTail: '', aborted: true };

  const child = startChild(givingWay(options), options);
  let aborted = false;
  let failure: { error: unknown } | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= endGroup(child.pid, killAfterMs);
  };
  const onAbort = () => {
    aborted = true;
    stop();
  };
  const guarded = (call: (line: string) => void = () => {}) => {
    return (line: string) => {
      if (failure) return;
      try {
        call(line);
      } catch (error) {
        failure = { error };
        stop();
      }
    };
  };

  const tail = keepTail(options.maxStderrBytes ?? 64 * 1024);
  const out = splitLines(guarded(options.onLine), [...(options.stdoutSeparator ?? newlines)]);
  const err = splitLines(guarded(options.onErrorLine), newlines);
  const readers = [
    readAll(child.stdout, out.push),
    readAll(child.stderr, (chunk) => {
      tail.add(chunk);
      err.push(chunk);
    }),
  ];
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await child.exited;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  await stopping;
  await pipesEnded(readers);
  out.end();
  err.end();
  if (failure) throw failure.error;
  return {
    code: child.exitCode,
    signal: child.signalCode === null ? null : String(child.signalCode),
    stderrTail: tail.text(),
    aborted,
  };
}

function givingWay({ argv, nice }: SpawnOptions): readonly string[] {
  if (nice === undefined) return argv;
  const [name = '', ...rest] = argv;
  // `-t`: a kernel without I/O classes is no reason not to run
  return ['nice', '-n', String(nice), 'ionice', '-t', '-c', '2', '-n', '7', requireTool(name), ...rest];
}

/** SIGTERM to the group; SIGKILL to what is left of it after `patienceMs`. Settles when nothing is left or it was killed. */
async function endGroup(pid: number, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  signalGroup(pid, 'SIGTERM');
  while (groupRuns(pid)) {
    if (performance.now() >= until) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await Bun.sleep(25);
  }
}
