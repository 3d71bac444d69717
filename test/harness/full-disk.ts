import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes a file until its filesystem has no room for one more byte. */
export function fillUp(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (let size = 1024 * 1024; size >= 1; size /= 2)
      try {
        const piece = Buffer.alloc(size, 'f');
        for (;;) writeSync(fd, piece);
      } catch {
        // full for pieces of this size
      }
  } finally {
    closeSync(fd);
  }
}
