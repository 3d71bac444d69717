import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { scale } from '../../../test/harness/scale.ts';

interface Taken {
  folderMs: { median: number; p99: number; max: number };
  search: { hits: number };
  manifest: { entries: number };
  prune: { unneeded: number };
  totals: number;
  maxRssMiB: number;
}

/** In a process of its own: its memory is measured, with all of the runtime. */
async function taken(...args: string[]): Promise<Taken> {
  const script = join(import.meta.dir, '../../../test/harness/computed-versions.ts');
  const child = Bun.spawn([process.execPath, script, ...args], { stdout: 'pipe', stderr: 'pipe' });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`ended with ${code}: ${errors}`);
  console.log(out.trim());
  return JSON.parse(out) as Taken;
}

const { versionFiles: files, versions } = scale;

test.each(['folders', 'flat'])(
  `${files} files in ${versions} versions need little memory, and a folder is there at once (%s)`,
  async (how) => {
    const { folderMs, search, manifest, prune, totals, maxRssMiB } = await taken(String(files), String(versions), how);
    expect(maxRssMiB).toBeLessThan(256);
    expect(folderMs.median).toBeLessThan(20);
    expect(totals).toBe(files);
    expect(manifest.entries).toBe(files + 1 + (how === 'flat' ? 1 : files / 250));
    expect(search.hits).toBe(1);
    // Each of the older half replaced one file in a hundred, of which nobody needs the old copy any more.
    expect(prune.unneeded).toBe(Math.floor(versions / 2) * Math.ceil(files / 100));
  },
  900_000,
);
