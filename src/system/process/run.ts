import { type ChildOptions, pipesEnded, readAll, settledWithin, signalGroup, startChild } from './child.ts';

export interface RunOptions extends ChildOptions {
  /** The command is killed and the call rejects when it takes longer. */
  timeoutMs: number;
  /** Of stdout and of stderr, each; more is an error. 1 MiB unless given. */
  maxBytes?: number;
}

export interface RunResult {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  /** UTF-8. */
  stdout: string;
  stderr: string;
}

/** A killed child that the kernel does not let go (a dying drive) is not waited for longer than this. */
const reapPatienceMs = 1_000;

/**
 * Runs a short command to its end. Every exit code is a result. Rejects with `ToolMissingError`, and with an Error
 * when it cannot be started, takes too long or says too much.
 */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const { timeoutMs, maxBytes = 1024 * 1024 } = options;
  const child = startChild(argv, options);
  let problem: string | undefined;
  const kill = (why: string) => {
    problem ??= `${argv[0]} ${why} and was stopped`;
    signalGroup(child.pid, 'SIGKILL');
  };
  const collect = (stream: ReadableStream<Uint8Array>) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = readAll(stream, (chunk) => {
      bytes += chunk.length;
      if (bytes > maxBytes) kill(`wrote more than ${maxBytes} bytes`);
      else chunks.push(chunk);
    });
    return { ...reader, text: () => Buffer.concat(chunks).toString('utf8') };
  };
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);

  if (!(await settledWithin(child.exited, timeoutMs))) {
    kill(`took longer than ${timeoutMs} ms`);
    await settledWithin(child.exited, reapPatienceMs);
  } else {
    await pipesEnded([stdout, stderr]);
  }
  if (problem !== undefined) throw new Error(problem);
  return { code: child.exitCode, stdout: stdout.text(), stderr: stderr.text() };
}
