import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';

/** Debian package of each tool we call whose package has another name. */
const packageOf: Record<string, string> = {
  blkid: 'util-linux',
  flock: 'util-linux',
  ionice: 'util-linux',
  lsblk: 'util-linux',
  nice: 'coreutils',
  setpriv: 'util-linux',
  stat: 'coreutils',
  sync: 'coreutils',
  umount: 'mount',
};

/** A program we call is not on this machine. The message says how to get it. */
export class ToolMissingError extends AppError {
  constructor(
    readonly tool: string,
    readonly aptPackage: string = packageOf[tool] ?? tool,
  ) {
    super('unavailable', `${tool} is not installed. Install it with: apt install ${aptPackage}`);
    this.name = 'ToolMissingError';
  }
}

/** Where tools are looked for: our PATH, then the folders a service or a plain user often has not in it. */
export function toolPath(): string {
  const ours = (process.env['PATH'] ?? '').split(':').filter((dir) => dir.startsWith('/'));
  return [...new Set([...ours, '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'])].join(':');
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Absolute path of a program, or null. Looked up afresh each time: what is installed meanwhile is found. */
export function findTool(name: string): string | null {
  if (name.startsWith('/')) return isProgram(name) ? name : null;
  if (name === '' || name.includes('/')) return null;
  for (const dir of toolPath().split(':')) {
    const path = join(dir, name);
    if (isProgram(path)) return path;
  }
  return null;
}

/** Absolute path of a program; throws `ToolMissingError` naming the Debian package. */
export function requireTool(name: string, aptPackage?: string): string {
  const path = findTool(name);
  if (path === null) throw new ToolMissingError(name, aptPackage);
  return path;
}
