/**
 * A process that sends one file to a double of OneDrive and is killed in the middle of it. `$1` says what and where, as
 * JSON; what the upload wants to be remembered is written to `slot`.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { sampleContent } from '../../src/storage/checks/context.ts';
import type { ResumeSlot } from '../../src/storage/driver.ts';
import { openOneDrive } from './onedrive.ts';

export interface WriterOrder {
  graphUrl: string;
  fingerprint: string;
  token: string;
  slot: string;
  path: string;
  bytes: number;
}

/** A slot in a file, as safe as a database would keep it. */
export const fileSlot = (path: string): ResumeSlot => ({
  load: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : null),
  save(state) {
    writeFileSync(`${path}.new`, JSON.stringify(state));
    renameSync(`${path}.new`, path);
  },
  clear: () => writeFileSync(path, 'null'),
});

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '') as WriterOrder;
  const driver = openOneDrive(order);
  await driver.write(order.path, sampleContent(order.bytes, 9), {
    signal: new AbortController().signal,
    mtimeNs: null,
    resume: fileSlot(order.slot),
  });
  await driver.close();
}
