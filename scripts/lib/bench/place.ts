import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const tmpfsMagic = 0x01021994;
const blockBytes = 1024 * 1024;

/** A folder for one measurement, on a real filesystem with room; gone when the process ends, also by Ctrl-C. */
export function measuringPlace(parent: string, neededBytes: number): string {
  mkdirSync(parent, { recursive: true });
  const space = statfsSync(parent);
  if (space.type === tmpfsMagic) throw new Error(`${parent} is in memory: name a folder on a disk with --dir`);
  if (space.bavail * space.bsize < neededBytes)
    throw new Error(`${parent} has no room for ${Math.ceil(neededBytes / 1e9)} GB: name another folder with --dir`);
  const dir = mkdtempSync(join(parent, 'bench-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  return dir;
}

const random = (bytes: number): Uint8Array => {
  const block = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536));
  return block;
};

/** Nothing in it can be compressed. */
export function writeRandom(path: string, bytes: number): void {
  const fd = openSync(path, 'wx');
  for (let left = bytes; left > 0; left -= blockBytes) writeSync(fd, random(Math.min(left, blockBytes)));
  closeSync(fd);
}

/** `files` files of 64 bytes, a thousand to a folder. */
export function makeSmallFiles(dir: string, files: number): void {
  for (let n = 0; n < files; n += 1) {
    const folder = join(dir, `folder-${Math.floor(n / 1000)}`);
    if (n % 1000 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${n}`), `${n}`.padEnd(64, '.'));
  }
}

/** `files` files of 4 KiB, a hundred to a folder; nothing in them can be compressed. */
export function makeRandomFiles(dir: string, files: number): void {
  for (let n = 0; n < files; n += 1) {
    const folder = join(dir, `folder-${Math.floor(n / 100)}`);
    if (n % 100 === 0) mkdirSync(folder, { recursive: true });
    writeRandom(join(folder, `file-${n}`), 4096);
  }
}

/** The same and one of `bigBytes`. */
export function makeTree(dir: string, files: number, bigBytes: number): void {
  makeRandomFiles(dir, files);
  writeRandom(join(dir, 'big'), bigBytes);
}
