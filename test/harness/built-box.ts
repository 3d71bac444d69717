import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configNames } from '../../src/config/config.ts';

/** The compiled executable as a server of its own on 127.0.0.1, over a fresh data folder. Needs no test runner. */
export interface BuiltBox {
  url: string;
  pid(): number;
  /** A fresh folder backups may read and write in; gone after `close`. */
  files: string;
  dataDir: string;
  /** Ends it as `systemctl stop` does, or as a power cut when told SIGKILL. The address stays its own. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const root = join(import.meta.dir, '../..');
export const executable = join(root, 'dist/dynamight');

let built: true | string | undefined;
/** Builds executable and page when they are not what the sources make; that alone takes a third of a second. */
function ensureBuilt(): void {
  if (built === true) return;
  if (built !== undefined) throw new Error(built); // the same again for every test would take minutes
  const made = spawnSync(join(root, 'scripts/build'), { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  built = made.status === 0 ? true : `The executable could not be built:\n${made.stderr}`;
  ensureBuilt();
}

/** Nothing of a person's own server reaches the box under test. */
function environment(extra: Record<string, string>): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const name of configNames) delete env[name];
  return { ...env, TZ: 'UTC', LOG_LEVEL: 'error', ...extra };
}

/** `prepare` may put something into the data folder before the server opens it. */
export async function openBuiltBox(
  env: Record<string, string> = {},
  prepare: (at: { dataDir: string; files: string }) => void = () => {},
): Promise<BuiltBox> {
  ensureBuilt();
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-box-'));
  const [files, dataDir] = [join(dir, 'files'), join(dir, 'data')];
  mkdirSync(files);
  prepare({ dataDir, files });
  let port = '0';
  let child: Bun.Subprocess<'ignore', 'pipe', 'inherit'> | null = null;
  const onExit = () => child?.kill('SIGKILL'); // also when a test runner is ended in the middle
  process.on('exit', onExit);

  const box: BuiltBox = {
    url: '',
    pid: () => child?.pid ?? 0,
    files,
    dataDir,
    async start() {
      child = Bun.spawn([executable, 'serve', '--host', '127.0.0.1', '--port', port, '--data-dir', dataDir], {
        env: environment({ ALLOWED_BROWSE_PATHS: files, ...env }),
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'inherit',
      });
      box.url = await firstAddress(child.stdout);
      port = new URL(box.url).port;
    },
    async stop(signal = 'SIGTERM') {
      child?.kill(signal);
      await child?.exited;
      child = null;
    },
    async close() {
      await box.stop('SIGKILL');
      process.off('exit', onExit);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await box.start();
  return box;
}

async function firstAddress(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let said = '';
  for await (const chunk of stdout.values({ preventCancel: true })) {
    said += new TextDecoder().decode(chunk);
    const url = / on (http:\S+)\n/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`The server ended before it listened: ${said}`);
}
