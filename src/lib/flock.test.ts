import { describe, expect, test } from 'bun:test';
import { closeSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, isAlive } from '../../test/harness/processes.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { tryLock } from './flock.ts';

const flockFile = join(import.meta.dir, 'flock.ts');

/** A process that takes the lock, starts a child that outlives it, and says so. */
function startOwner(path: string, withChild: boolean) {
  const code = `
    const { tryLock } = await import(${JSON.stringify(flockFile)});
    const lock = tryLock(${JSON.stringify(path)});
    const child = ${withChild} && lock ? Bun.spawn(['sleep', '60'], { stdio: ['ignore', 'ignore', 'ignore'] }).pid : 0;
    console.log(JSON.stringify({ held: lock !== null, child }));
    if (lock) setInterval(() => {}, 1000);`;
  return Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' });
}

async function said(owner: ReturnType<typeof startOwner>): Promise<{ held: boolean; child: number }> {
  const { value } = await owner.stdout.getReader().read();
  return JSON.parse(new TextDecoder().decode(value));
}

describe('a lock', () => {
  test('is held by one process, and free as soon as that one ends cleanly', async () => {
    const path = join(tempDir('flock'), 'lock');
    const lock = tryLock(path);
    expect(lock).not.toBeNull();
    const other = startOwner(path, false);
    expect((await said(other)).held).toBe(false);
    await other.exited;
    lock?.release();
    const next = tryLock(path);
    expect(next).not.toBeNull();
    next?.release();
  });

  test('is free when its owner was killed, though a child of his still runs', async () => {
    const path = join(tempDir('flock'), 'lock');
    const owner = startOwner(path, true);
    const { held, child } = await said(owner);
    expect(held).toBe(true);
    expect(tryLock(path)).toBeNull();
    owner.kill('SIGKILL');
    await owner.exited;
    try {
      expect(isAlive(child)).toBe(true);
      await eventually('the lock is free', () => {
        const mine = tryLock(path);
        mine?.release();
        return mine !== null;
      });
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  test('given back twice does not close the file that got its number', () => {
    const path = join(tempDir('flock'), 'lock');
    const lock = tryLock(path);
    lock?.release();
    const fd = openSync(path, 'r');
    lock?.release();
    expect(() => closeSync(fd)).not.toThrow();
  });

  test('is not taken through a link', () => {
    const dir = tempDir('flock');
    writeFileSync(join(dir, 'target'), '');
    symlinkSync('target', join(dir, 'lock'));
    expect(() => tryLock(join(dir, 'lock'))).toThrow();
  });
});
