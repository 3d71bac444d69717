import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { overheard, sampleContent } from '../../../src/storage/checks/context.ts';
import { scale } from '../../harness/scale.ts';
import type { Radosgw } from '../../servers/radosgw.ts';
import { openS3, type Place } from './place.ts';

/** A slot that outlives its process. */
export const fileSlot = (file: string) => ({
  load: (): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null),
  save: (state: unknown) => writeFileSync(file, JSON.stringify(state)),
  clear: () => rmSync(file, { force: true }),
});

/** What is uploaded, by this process and by the one after it. */
export const dyingContent = () => sampleContent(scale.cloudFileBytes, 9);

interface Order {
  server: Pick<Radosgw, 'endpoint' | 'region' | 'user'>;
  place: Place;
  path: string;
  slot: string;
}

// Run as a program: uploads until 60 % are sent, then waits to be killed.
if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '') as Order;
  const content = overheard(dyingContent(), async (offset) => {
    if (offset < scale.cloudFileBytes * 0.6) return;
    await new Promise(() => {});
  });
  const driver = openS3(order.server, order.place);
  const { signal } = new AbortController();
  await driver.write(order.path, content, {
    signal,
    mtimeNs: 1n,
    resume: fileSlot(order.slot),
    onProgress: (bytes) => console.log(bytes),
  });
}
