import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const maxSocketPath = 107;
/** A WebSocket's `ws+unix://path:/door` has no way to write the rest. */
const plain = /^[\w./-]+$/;

/**
 * A path the kernel accepts for a UNIX socket (107 bytes) and an address can hold, however deep the data folder lies
 * and whatever it is called: through a handle of the folder where the real one does not do. `release` gives the handle
 * back; further calls do nothing.
 */
export function socketPath(dir: string, file: string): { path: string; release(): void } {
  const path = join(dir, file);
  if (Buffer.byteLength(path) <= maxSocketPath && plain.test(path)) return { path, release() {} };
  let fd: number | null = openSync(dir, 'r');
  return {
    path: `/proc/self/fd/${fd}/${file}`,
    release() {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}
