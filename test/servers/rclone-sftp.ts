import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An SFTP server that takes a password, on the loopback. */
export interface RcloneSftp {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** What is served as `/`. */
  readonly folder: string;
  stop(): Promise<void>;
}

const begin = ['--pdeathsig', 'KILL', 'rclone', 'serve', 'sftp'];
const address = ['--addr', '127.0.0.1:0', '--vfs-cache-mode', 'off'];

export async function startRcloneSftp(user = 'backup', password = 'testpassword'): Promise<RcloneSftp> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-rclone-'));
  const folder = join(dir, 'files');
  mkdirSync(folder);
  const child = spawn(
    'setpriv',
    [...begin, folder, ...address, '--user', user, '--pass', password],
    // Its host keys go into the cache of whoever it runs as.
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: dir, XDG_CACHE_HOME: dir, XDG_CONFIG_HOME: dir },
    },
  );
  const listening = Promise.withResolvers<number>();
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-10_000);
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) listening.resolve(Number(port));
  });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      listening.reject(new Error(`rclone did not start: ${said}`));
      resolve();
    }),
  );
  child.once('error', listening.reject);
  return {
    port: await listening.promise,
    user,
    password,
    folder,
    async stop() {
      child.kill('SIGKILL');
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
