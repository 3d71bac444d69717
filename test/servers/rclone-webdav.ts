import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/processes.ts';
import { freePort, listens } from './apache.ts';

/** `rclone serve webdav`: a server that writes into the file it replaces, and answers little. */
export interface RcloneWebdav {
  readonly port: number;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startRcloneWebdav(): Promise<RcloneWebdav> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-rclone-'));
  const folder = join(dir, 'files');
  mkdirSync(folder);
  const [user, password] = ['bob', 'hunter two'];
  async function launch() {
    for (let tries = 0; ; tries += 1) {
      const port = await freePort();
      const child = spawn('rclone', ['serve', 'webdav', folder, '--addr', `127.0.0.1:${port}`], {
        stdio: 'ignore',
        env: { ...process.env, RCLONE_USER: user, RCLONE_PASS: password, RCLONE_CONFIG: join(dir, 'config') },
      });
      await eventually('rclone takes connections', async () => child.exitCode !== null || listens(port), 20_000);
      if (child.exitCode === null) return { child, port };
      if (tries === 3) throw new Error('rclone serve webdav did not start');
    }
  }
  const { child, port } = await launch();
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    user,
    password,
    folder,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exited;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
