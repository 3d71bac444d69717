import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Timed, timed } from './process.ts';

/** A section of rclone's configuration, named after its type. */
export type Remote = Record<string, string> & { type: string };

/** A way of running rclone. */
export interface RcloneWay {
  name: string;
  options: readonly string[];
}

export const rcloneWays: readonly RcloneWay[] = [
  { name: 'rclone', options: [] },
  { name: 'rclone tuned', options: ['--transfers', '32', '--checkers', '32', '--fast-list'] },
];

function told(args: string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('rclone', args, {
    env: process.env,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`rclone ${args[0]} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
}

/** `rclone v1.60.1` */
export const rcloneVersion = (): string => told(['version']).split('\n')[0] ?? '';

/** A password as rclone's configuration wants it. */
export const sealed = (password: string): string => told(['obscure', '-'], password).trim();

export interface Rclone {
  /** From `source` into `path`: `copy`, or `sync` where everything is there already. */
  run(way: RcloneWay, command: 'copy' | 'sync', source: string, path: string): Promise<Timed>;
  /** What lies below `path`. */
  size(path: string): { count: number; bytes: number };
}

/** rclone with nothing but this remote: no file or variable of whoever measures has a say. */
export function rcloneFor(remote: Remote, dir: string): Rclone {
  // It takes no authorities from there, and starts no S3 remote without them.
  delete process.env['AWS_CA_BUNDLE'];
  for (const name of Object.keys(process.env)) if (name.startsWith('RCLONE_')) delete process.env[name];
  const file = join(dir, `rclone-${remote.type}.conf`);
  const lines = Object.entries(remote).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(file, `[${remote.type}]\n${lines.join('\n')}\n`, { mode: 0o600 });
  const config = ['--config', file];
  return {
    run: ({ options }, command, source, path) =>
      timed(['rclone', command, ...config, ...options, source, `${remote.type}:${path}`]),
    size: (path) => JSON.parse(told(['size', '--json', ...config, `${remote.type}:${path}`])),
  };
}
