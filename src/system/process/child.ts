import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { errnoOf } from '../../core/errors.ts';
import { requireTool, ToolMissingError, toolPath } from './tools.ts';

export interface ChildOptions {
  cwd?: string;
  /** Added to the small environment every child gets (PATH, LC_ALL=C, HOME). Secrets belong here, never in argv. */
  env?: Record<string, string>;
  /** Written to its stdin, which is empty otherwise. */
  input?: string | Uint8Array;
}

/** All a child gets of our environment. */
const childEnvironment = (extra: Record<string, string> = {}): Record<string, string> => ({
  PATH: toolPath(),
  LC_ALL: 'C',
  ...(process.env['HOME'] === undefined ? {} : { HOME: process.env['HOME'] }),
  ...extra,
});

/**
 * Starts a program in a process group of its own, so that one signal reaches everything it starts. Read both pipes at
 * once (`readAll`): Bun buffers an unread pipe without bound. Throws `ToolMissingError`, or an Error that says what is
 * wrong.
 */
export function startChild(argv: readonly string[], options: ChildOptions) {
  const [name = '', ...rest] = argv;
  const program = requireTool(name);
  try {
    return Bun.spawn([program, ...rest], {
      cwd: options.cwd,
      env: childEnvironment(options.env),
      stdin: options.input === undefined ? 'ignore' : Buffer.from(options.input as string),
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
  } catch (error) {
    if (options.cwd !== undefined && !existsSync(options.cwd)) {
      throw new Error(`${name} was not started: its working directory ${options.cwd} is gone`, { cause: error });
    }
    if (!existsSync(program)) throw new ToolMissingError(name);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} could not be started: ${reason}`, { cause: error });
  }
}

/** Signals a process group; false when nothing is left of it, not even dead ones that wait to be reaped. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** True while anything of the group lives. The dead do not count: in a container there may be nobody to reap them. */
export function groupRuns(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // behind the name, which stands in brackets and may hold any character: state, parent, group
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
    } catch {
      return false;
    }
  });
}

export interface PipeReader {
  /** Settles when the pipe has ended or was given up; never rejects. */
  done: Promise<void>;
  giveUp(): void;
}

/** Chunks that are handed out as they come; a child that has more to say is read in gulps from then on. */
const eagerChunks = 32;
const smallChunkBytes = 16 * 1024;
const gulpMs = 8;

/**
 * Reads a pipe from this moment on, chunk by chunk. A child that writes line by line makes a chunk of each line; waking
 * up for every one of them costs more than what is in it, so that after a while they are let gather for some
 * milliseconds.
 */
export function readAll(stream: ReadableStream<Uint8Array>, onChunk: (chunk: Uint8Array) => void): PipeReader {
  const reader = stream.getReader();
  const read = async () => {
    for (let chunks = 0; ; chunks += 1) {
      const { done, value } = await reader.read();
      if (done) return;
      onChunk(value);
      if (chunks >= eagerChunks && value.length < smallChunkBytes) await Bun.sleep(gulpMs);
    }
  };
  return {
    done: read().catch(() => {}),
    giveUp: () => void reader.cancel().catch(() => {}),
  };
}

/** How long output may still come after the child has ended: a grandchild may hold the pipe for ever. */
const pipeGraceMs = 2_000;

/** Waits for the ends of a dead child's pipes, and gives them up when somebody else holds them. */
export async function pipesEnded(readers: readonly PipeReader[]): Promise<void> {
  const ended = Promise.all(readers.map((reader) => reader.done));
  if (await settledWithin(ended, pipeGraceMs)) return;
  for (const reader of readers) reader.giveUp();
  await ended;
}

/** True when `work` settled in time. */
export async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
