import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onOwnDisk } from './stop.ts';

/** An empty folder that stands for a destination that does not exist yet, so that a dry run makes nothing there. */
export function openStandIn(dataDir: string, runUuid: string): { handle: number; close(): void } {
  const path = join(dataDir, 'spool', `${runUuid}.empty`);
  onOwnDisk(() => mkdirSync(path, { recursive: true, mode: 0o700 }));
  const handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    handle,
    close() {
      closeSync(handle);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
