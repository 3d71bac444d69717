import { readFileSync, writeFileSync } from 'node:fs';
import { sampleContent } from '../../src/storage/checks/context.ts';
import { sftpDriver } from './sftp-driver.ts';
import type { Sshd } from './sshd.ts';

/** What the process below is told, as JSON in a file: it is killed by the test that started it. */
export interface UploadOrder {
  server: Pick<Sshd, 'port' | 'user' | 'folder' | 'privateKey'>;
  path: string;
  size: number;
  seed: number;
  /** File in which the upload is remembered, as a database would. */
  slotFile: string;
  partBytes: number;
}

/** An upload with a memory that outlives the process. Prints how many bytes have arrived. */
async function main(orderFile: string): Promise<void> {
  const order = JSON.parse(readFileSync(orderFile, 'utf8')) as UploadOrder;
  const driver = sftpDriver(order.server as Sshd, { ports: { tuning: { partBytes: order.partBytes } } });
  await driver.write(order.path, sampleContent(order.size, order.seed), {
    signal: new AbortController().signal,
    mtimeNs: null,
    resume: {
      load: () => null,
      save: (state) => writeFileSync(order.slotFile, JSON.stringify(state)),
      clear: () => writeFileSync(order.slotFile, 'null'),
    },
    onProgress: (bytes) => console.log(bytes),
  });
}

if (import.meta.main) await main(process.argv[2] as string);
