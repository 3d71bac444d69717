import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppDeps } from '../../src/app.ts';
import { type Api, apiOnSocket } from '../../src/cli/client.ts';
import type { RunStep } from '../../src/features/backups/execute.ts';
import type { RunView } from '../../src/features/backups/schema.ts';
import { eventually, isAlive } from './processes.ts';
import { startProgram } from './program.ts';

/** A box in a process of its own that can be killed at any step of a run. */
export interface CrashBox {
  pid: number;
  api: Api & { close(): void };
  stderr(): string;
  /** From now on it kills itself the nth time a run reaches this step. */
  crashAt(step: RunStep, nth?: number): void;
  kill(signal: NodeJS.Signals): void;
  /** 137 after SIGKILL. */
  ended: Promise<number>;
}

export interface CrashBoxOptions {
  env?: Record<string, string>;
  storage?: AppDeps['storage'];
}

/** Starts a box over `dataDir` whose jobs may use `allowed`; ready to answer. */
export async function startCrashBox(
  dataDir: string,
  allowed: string,
  options: CrashBoxOptions = {},
): Promise<CrashBox> {
  const plan = `${dataDir}.crash`;
  rmSync(plan, { force: true });
  const program = startProgram([plan, JSON.stringify(options.storage ?? {})], {
    main: join(import.meta.dir, 'crash-server.ts'),
    env: { DATA_DIR: dataDir, ALLOWED_BROWSE_PATHS: allowed, ...options.env },
  });
  await program.says('ready');
  return {
    pid: program.pid,
    api: apiOnSocket(dataDir, 'dynamight.sock'),
    stderr: program.stderr,
    crashAt: (step, nth = 1) => writeFileSync(plan, `${step} ${nth}`),
    kill: program.signal,
    ended: program.ended,
  };
}

/** Starts a run and waits for its end. */
export async function runToEnd(
  api: Api,
  job: number,
  body?: Record<string, unknown>,
  withinMs?: number,
): Promise<RunView> {
  const { run_id } = await api.post<{ run_id: number }>(`/api/jobs/${job}/run`, body ?? {});
  return untilEnded(api, run_id, withinMs);
}

export async function untilEnded(api: Api, run: number, withinMs = 20_000): Promise<RunView> {
  let view = await api.get<RunView>(`/api/runs/${run}`);
  await eventually(
    `run ${run} ends`,
    async () => {
      view = await api.get<RunView>(`/api/runs/${run}`);
      return view.completed_at !== null;
    },
    withinMs,
  );
  return view;
}

/** Living processes with this program name whose command line mentions `text` (a path of the test's own folder). */
export function processesWith(name: string, text: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return (words[0] ?? '').endsWith(name) && words.some((word) => word.includes(text)) && isAlive(Number(pid));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Names rsync gives to files it is still writing, anywhere below `dir`. */
export const temporaryFiles = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => /(^|\/)\.[^/]+\.[A-Za-z0-9]{6}$/.test(path));
