import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { scale } from '../../test/harness/scale.ts';

interface Taken {
  planMs: number;
  maxRssMiB: number;
  spooled: number;
  unchanged: number;
  vanished: number;
  deletedFiles: number;
  counts: { lists: number; writes: number; removes: number };
}

/** In a process of its own: its memory is measured, with all of the runtime. */
async function taken(...args: string[]): Promise<Taken> {
  const script = join(import.meta.dir, '../../test/harness/computed-sync.ts');
  const child = Bun.spawn([process.execPath, script, ...args], { stdout: 'pipe', stderr: 'pipe' });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`ended with ${code}: ${errors}`);
  return JSON.parse(out) as Taken;
}

const entries = scale.computedEntries;
const mostMiB = 256;

test.each(['flat', 'folders'])(
  `${entries} files that are there already need little memory (%s)`,
  async (how) => {
    const { maxRssMiB, counts, spooled } = await taken(String(entries), 'same', how);
    expect(spooled).toBe(0);
    expect(maxRssMiB).toBeLessThan(mostMiB);
    expect(counts).toMatchObject({ lists: how === 'flat' ? 1 : 1 + Math.ceil(entries / 1000), writes: 0 });
  },
  600_000,
);

test(`${entries} files to be sent need little memory`, async () => {
  const { maxRssMiB, spooled, vanished } = await taken(String(entries), 'new', 'flat');
  expect([spooled, vanished]).toEqual([entries, entries]);
  expect(maxRssMiB).toBeLessThan(mostMiB);
}, 600_000);

test(`${entries} files to be removed need little memory`, async () => {
  const { maxRssMiB, deletedFiles } = await taken(String(entries), 'delete', 'folders');
  expect(deletedFiles).toBe(entries);
  expect(maxRssMiB).toBeLessThan(mostMiB);
}, 600_000);
