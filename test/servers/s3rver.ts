import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small S3 that gets much of it wrong: what it cannot do must show as an error, never as success. */
export interface S3rver {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const program = join(import.meta.dir, '../../node_modules/s3rver/bin/s3rver.js');
const listens = ['--address', '127.0.0.1', '--port', '0', '--no-vhost-buckets'];

export async function startS3rver(bucket = 'backups'): Promise<S3rver> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-s3rver-'));
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', process.execPath, program, '--directory', dir, ...listens, '--configure-bucket', bucket],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const listening = Promise.withResolvers<number>();
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-10_000);
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      listening.reject(new Error(`s3rver did not start: ${said}`));
      resolve();
    }),
  );
  child.once('error', listening.reject);
  const port = await listening.promise;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    region: 'us-east-1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    async stop() {
      child.kill('SIGKILL');
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
