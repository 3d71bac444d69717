import { afterAll } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMounts } from '../../src/system/mounts/mountinfo.ts';

/**
 * A fresh folder, removed at the end of the test that asked for it, or after the file's tests when called outside of
 * one. Not in `beforeAll`: bun ends what is registered there right after it.
 */
export function tempDir(name = 'test'): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), `dynamight-${name}-`));
  afterAll(() => {
    unmountBelow(dir);
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

/** Hooks of a file run in the order they were made: what is still mounted in the folder must not be removed with it. */
function unmountBelow(dir: string): void {
  const inside = readMounts().filter((mount) => mount.mountPoint.startsWith(`${dir}/`));
  for (const mount of inside.toReversed()) spawnSync('umount', ['-l', '--', mount.mountPoint]);
}
