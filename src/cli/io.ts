import { errnoOf } from '../core/errors.ts';
import { printable, printableLine } from '../core/log.ts';

/** What a command has around it. Everything it prints and reads goes through here. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly uid: number;
  /** A person watches standard error: bars and redrawn lines make sense. */
  readonly terminal: boolean;
  /** A person can be asked at standard input. */
  readonly canAsk: boolean;
  /** Columns of the terminal. */
  columns(): number;
  /** One line on standard output: what the command is for. Control characters are made visible, here and in `say`. */
  print(line: string): void;
  /** One line on standard error: everything else. Removes a status line first. */
  say(line: string): void;
  /** Replaces the one redrawn line at the bottom of the terminal; '' removes it. Nothing where nobody watches. */
  status(line: string): void;
  /** The program's own log lines. */
  log(line: string): void;
  /** Resolves when everything printed so far has left the process, or never will. */
  flush(): Promise<void>;
  /** Why what was printed did not arrive (a full disk); null when it did, or when nobody wanted to read it. */
  lost(): string | null;
  /** Says in one line that something unforeseen happened. */
  crash(error: unknown): void;
}

export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  const terminal = Boolean(stderr.isTTY) && env['TERM'] !== 'dumb';
  let drawn = false;
  let broken: string | null = null;
  // A reader that went away (`| head`) or a full disk must not end a backup halfway.
  stdout.on('error', (error) => {
    broken = errnoOf(error) ?? error.message;
  });
  stderr.on('error', () => {});

  const clear = () => {
    if (drawn) stderr.write('\r\x1b[K');
    drawn = false;
  };
  const say = (line: string) => {
    clear();
    stderr.write(`${printable(line)}\n`);
  };
  const drained = (stream: NodeJS.WriteStream) => new Promise<void>((done) => stream.write('', () => done()));
  return {
    env,
    cwd: process.cwd(),
    uid: process.getuid?.() ?? 0,
    terminal,
    canAsk: Boolean(stdin.isTTY),
    columns: () => stderr.columns || 80,
    print(line) {
      if (stdout.isTTY) clear();
      // In JSON the escapes made here are the same text: no line can do something to a terminal.
      if (broken === null) stdout.write(`${printable(line)}\n`);
    },
    say,
    status(line) {
      if (!terminal) return;
      if (line === '') return clear();
      stderr.write(`\r${line}\x1b[K`);
      drawn = true;
    },
    log(line) {
      clear();
      stderr.write(line);
    },
    async flush() {
      if (broken === null) await drained(stdout);
      await drained(stderr);
      await Bun.sleep(0); // an error is told after the callback
    },
    lost: () => (broken === 'EPIPE' ? null : broken),
    crash(error) {
      const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      const place = /^\s+at .*$/m.exec(stack)?.[0].trim();
      say(`dynamight: ${printableLine(message || 'unexpected error')}${place ? ` (${place})` : ''}`);
      if (env['LOG_LEVEL'] === 'debug') say(stack);
    },
  };
}
