import { afterAll } from 'bun:test';
import { join } from 'node:path';
import { configNames } from '../../src/config/config.ts';

export const mainFile = join(import.meta.dir, '../../src/main.ts');

/** Everything started here that may still run. A hook of the file itself: one made inside another hook runs too early. */
const children = new Set<Bun.Subprocess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([...children].map((child) => child.exited));
});

export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Sent to standard input, which ends then; nothing: an empty one. */
  stdin?: string;
  /** Another file to run than the program's own. */
  main?: string;
}

export interface Running {
  pid: number;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when a stream holds `text`; rejects when the program ends first, with all it said. */
  says(text: string | RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code; 128 + n for a signal. */
  ended: Promise<number>;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Nothing of a person's own server reaches the program under test. */
function environment(extra: Record<string, string> = {}): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const name of configNames) delete env[name];
  return { ...env, TZ: 'UTC', ...extra };
}

/** The program as a real child process. It is killed after the file's tests if it still runs. */
export function startProgram(args: readonly string[], options: StartOptions = {}): Running {
  const child = Bun.spawn([process.execPath, options.main ?? mainFile, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    stdin: options.stdin === undefined ? 'ignore' : Buffer.from(options.stdin),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const text = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const read = async (name: 'stdout' | 'stderr') => {
    const decoder = new TextDecoder();
    for await (const chunk of child[name]) {
      text[name] += decoder.decode(chunk, { stream: true });
      for (const wake of waiting) wake();
    }
  };
  const pipes = Promise.all([read('stdout'), read('stderr')]);
  const ended = child.exited.then(async (code) => {
    await pipes;
    for (const wake of waiting) wake();
    return code;
  });
  children.add(child);
  return {
    pid: child.pid,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    says(wanted) {
      const said = () =>
        [text.stdout, text.stderr].some((all) =>
          typeof wanted === 'string' ? all.includes(wanted) : wanted.test(all),
        );
      return new Promise((resolve, reject) => {
        const wake = () => {
          if (said()) resolve();
          else if (child.exitCode !== null)
            reject(new Error(`ended with ${child.exitCode} before it said ${wanted}:\n${text.stdout}${text.stderr}`));
          else return;
          waiting.delete(wake);
        };
        waiting.add(wake);
        wake();
      });
    },
    signal: (signal) => child.kill(signal),
    ended,
  };
}

/** Runs the program to its end. */
export async function runProgram(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  const running = startProgram(args, options);
  const code = await running.ended;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

/** A server on a free port over `dir`, ready to answer. */
export async function startServer(dir: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const server = startProgram(['serve', '--port', '0', '--host', '127.0.0.1', '--data-dir', dir, ...args], { env });
  await server.says(/Dynamight .* on http:\/\/\S+\n/);
  const url = /on (http:\/\/\S+)/.exec(server.stdout())?.[1] ?? '';
  return { ...server, url };
}

export interface Screen {
  /** Everything the terminal was sent, escape sequences included. */
  shown(): string;
  shows(text: string): Promise<void>;
  type(keys: string): void;
  ended: Promise<number>;
}

/** The program at a terminal of its own. */
export function startAtTerminal(args: readonly string[], options: Pick<StartOptions, 'env' | 'cwd'> = {}): Screen {
  let shown = '';
  const decoder = new TextDecoder();
  const waiting = new Set<() => void>();
  const child = Bun.spawn([process.execPath, mainFile, ...args], {
    cwd: options.cwd,
    env: { ...environment(options.env), TERM: 'xterm' },
    terminal: {
      cols: 80,
      rows: 24,
      data(_terminal, chunk) {
        shown += decoder.decode(chunk, { stream: true });
        for (const wake of waiting) wake();
      },
    },
  });
  children.add(child);
  return {
    shown: () => shown,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const wake = () => {
          if (!shown.includes(text)) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
        void child.exited.then((code) =>
          setTimeout(() => reject(new Error(`ended with ${code}, shown: ${shown}`)), 100),
        );
      }),
    type: (keys) => void child.terminal?.write(keys),
    ended: child.exited.then(async (code) => {
      await Bun.sleep(50); // its last words are still on their way through the terminal
      return code;
    }),
  };
}
