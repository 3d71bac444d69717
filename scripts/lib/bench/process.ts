import { readFileSync } from 'node:fs';

const sampleMs = 10;

export interface Timed {
  seconds: number;
  /** Highest resident memory of the program itself, without its children. */
  peakMib: number;
}

const statusMib = (pid: number, field: 'VmHWM' | 'VmRSS'): number => {
  try {
    return (
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
    );
  } catch {
    return 0; // it ended
  }
};

export const peakMib = (pid: number): number => statusMib(pid, 'VmHWM');
export const currentMib = (pid: number): number => statusMib(pid, 'VmRSS');

/** A program that ends with this one, however this one ends (kill -9 aside). */
export function startAttached(command: string[], env = process.env) {
  const child = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  process.on('exit', () => child.kill('SIGKILL'));
  return child;
}

/** Runs the commands one after the other; throws when one of them fails. */
export async function timed(...commands: string[][]): Promise<Timed> {
  const started = performance.now();
  let highest = 0;
  for (const command of commands) {
    const child = Bun.spawn(command, { env: process.env, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
    const end = () => child.kill();
    process.on('exit', end);
    const sampling = setInterval(() => {
      highest = Math.max(highest, peakMib(child.pid) || 0);
    }, sampleMs);
    const [exitCode, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    clearInterval(sampling);
    process.off('exit', end);
    if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`);
  }
  return { seconds: (performance.now() - started) / 1000, peakMib: highest };
}

/** Everything written so far reaches the disk before the next time is taken. */
export const settle = async (): Promise<void> => {
  await Bun.spawn(['sync']).exited;
};

/** Pages of a program just written lie in bigger pieces, and more of them count as its memory than on a machine that started it from its disk. */
export const asAfterBoot = (program: string): Promise<Timed> =>
  timed(['dd', `of=${program}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
