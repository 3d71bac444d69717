import type { Entry, Written } from '../driver.ts';
import {
  type Check,
  type CheckContext,
  digestOf,
  get,
  insist,
  insistRejects,
  insistSame,
  insistSample,
  listed,
  namesIn,
  put,
  sample,
  sampleContent,
  sideBySide,
  someTimeNs,
} from './context.ts';

/** Every size around a boundary, none twice, the smallest first. */
const sizesAround = (boundaries: readonly number[]): number[] =>
  [...new Set([0, 1, 2, 4095, 4096, 4097, ...boundaries.flatMap((size) => [size - 1, size, size + 1])])]
    .filter((size) => size >= 0)
    .sort((a, b) => a - b);

const times: readonly bigint[] = [
  someTimeNs,
  1_000_000_000n,
  999_999_999_999_999_999n,
  1_577_836_799_999_999_999n,
  4_102_444_800_000_000_001n,
];

const distance = (a: bigint, b: bigint): bigint => (a < b ? b - a : a - b);

/** What both tell must be the same; a service may tell more in one place than in the other. */
function insistAgree(listing: Entry, other: Entry | Written, what: string): void {
  for (const key of ['tag', 'mtimeNs', 'id'] as const)
    if (listing[key] !== null && other[key] !== null) insistSame(other[key], listing[key], `${what}: ${key}`);
  if (listing.hash !== null && other.hash?.kind === listing.hash.kind)
    insistSame(other.hash, listing.hash, `${what}: hash`);
}

async function timesRoundTrip(context: CheckContext): Promise<void> {
  const precision = context.driver.capabilities.mtimePrecisionNs;
  for (const [index, time] of times.entries()) {
    const path = `${context.folder}/time-${index}`;
    const written = await put(context, path, 'x', { mtimeNs: time });
    const stat = await context.driver.stat(path, context.signal);
    // Some services tell it only of one file at a time.
    const mtimeNs = (await listed(context, path)).mtimeNs ?? stat?.mtimeNs ?? null;
    if (precision === null) {
      insistSame(mtimeNs, null, `${path}: time listed by a service that keeps none`);
      continue;
    }
    insist(mtimeNs !== null, `${path}: no time is listed`);
    insist(distance(mtimeNs, time) < precision, `${path}: time ${time} came back as ${mtimeNs}`);
    if (written.mtimeNs !== null) insistSame(written.mtimeNs, mtimeNs, `${path}: time answered by write`);
    insistSame(stat?.mtimeNs, mtimeNs, `${path}: time by stat`);
  }
}

const ranges: readonly { start?: number; end?: number }[] = [
  {},
  { start: 0 },
  { start: 0, end: 1 },
  { start: 1, end: 2 },
  { start: 4096, end: 8192 },
  { start: 9999 },
  { start: 9999, end: 10_000 },
  { end: 10_000 },
  { end: 3 },
  { start: 5, end: 5 },
  { start: 10_000 },
  { start: 9000, end: 20_000 },
];

export const fileChecks: readonly Check[] = [
  {
    name: 'a file of any size comes back byte for byte',
    async run(context) {
      const { sizes, driver } = context;
      const all = sizesAround(sizes.boundaries);
      await sideBySide(all, Math.min(4, driver.capabilities.parallelWrites), async (size) => {
        const path = `${context.folder}/${size}.bin`;
        const heard: number[] = [];
        const written = await put(context, path, sampleContent(size, size), { onProgress: (at) => heard.push(at) });
        insistSame(written.size, size, `${path}: size answered by write`);
        insist(
          heard.every((at, index) => at <= size && at >= (heard[index - 1] ?? 0)),
          `${path}: progress went ${heard.join(', ')}`,
        );
        if (size > 0) insistSame(heard.at(-1), size, `${path}: last progress told`);
        insistSame((await driver.stat(path, context.signal))?.size, size, `${path}: size by stat`);
        await insistSample(context, path, size, size);
      });
      const entries = await driver.list(context.folder, context.signal);
      const told = entries.map((entry) => entry.size).sort((a, b) => a - b);
      insistSame(told, all, 'sizes in the listing');
    },
  },
  {
    name: 'what write answers is what the next listing shows',
    async run(context) {
      for (const size of [0, 5, context.sizes.largeBytes]) {
        const path = `${context.folder}/${size}.bin`;
        const written = await put(context, path, sampleContent(size));
        const entry = await listed(context, path);
        insistSame(entry.kind, 'file', `${path}: kind`);
        insistSame(entry.size, written.size, `${path}: size`);
        insistAgree(entry, written, `${path}: write against the listing`);
        if (written.tag !== null) insistSame(entry.tag, written.tag, `${path}: tag`);
        const stat = await context.driver.stat(path, context.signal);
        insistSame([stat?.path, stat?.kind, stat?.size], [path, 'file', size], `${path}: stat`);
        insistAgree(entry, stat as Entry, `${path}: stat against the listing`);
      }
    },
  },
  { name: 'the time of change comes back as finely as is claimed', run: timesRoundTrip },
  {
    name: 'a file without a time of change can be written',
    async run(context) {
      const path = `${context.folder}/timeless`;
      await put(context, path, 'x', { mtimeNs: null });
      insistSame((await get(context, path)).toString(), 'x', path);
    },
  },
  {
    name: 'a tag stays while nothing changes and is another after a rewrite of the same size and time',
    async run(context) {
      const path = `${context.folder}/tagged`;
      const seen = new Set<string>();
      for (const text of ['one', 'two', 'six', 'ten']) {
        await put(context, path, text);
        const { tag } = await listed(context, path);
        if (tag === null) return;
        insistSame((await listed(context, path)).tag, tag, `${path}: tag when nothing changed`);
        insist(!seen.has(tag), `${path}: the tag ${tag} was told for another content`);
        seen.add(tag);
      }
    },
  },
  {
    name: 'the hash in a listing is that of the content',
    without: (capabilities) => (capabilities.hash === null ? 'its listings tell no hash' : null),
    async run(context) {
      const kind = context.driver.capabilities.hash;
      for (const size of [0, 1, 1000, context.sizes.largeBytes]) {
        const path = `${context.folder}/hashed-${size}`;
        const written = await put(context, path, sampleContent(size, 7));
        for (const hash of [written.hash, (await listed(context, path)).hash]) {
          if (hash === null) continue; // "or not for every file"
          insistSame(hash.kind, kind, `${path}: kind of hash`);
          const wanted = digestOf(context.sizes, hash.kind, sample(size, 7));
          insist(wanted !== null, `nobody told how ${hash.kind} is computed`);
          insistSame(hash.hex, wanted, `${path}: hash`);
        }
      }
      const small = await listed(context, `${context.folder}/hashed-1000`);
      insist(small.hash !== null, 'a hash is claimed, and none is listed for a small file');
    },
  },
  {
    name: 'any range of a file can be read',
    async run(context) {
      const path = `${context.folder}/ranges`;
      const bytes = Buffer.from(sample(10_000, 3));
      await put(context, path, bytes);
      for (const range of ranges) {
        const wanted = bytes.subarray(range.start ?? 0, range.end ?? bytes.length);
        const got = await get(context, path, range);
        insist(
          got.equals(wanted),
          `range ${JSON.stringify(range)}: ${got.length} other bytes than the ${wanted.length}`,
        );
      }
      await put(context, `${context.folder}/empty`, '');
      insistSame((await get(context, `${context.folder}/empty`)).length, 0, 'bytes of an empty file');
    },
  },
  {
    name: 'reading what is not there is refused before the first byte',
    async run(context) {
      const { driver, signal, folder } = context;
      await insistRejects(driver.read(`${folder}/missing`, {}, signal), ['not_found'], 'reading a missing file');
      await insistRejects(
        driver.read(`${folder}/missing`, { start: 5, end: 9 }, signal),
        ['not_found'],
        'a range of it',
      );
      await put(context, `${folder}/here`, 'x');
      await insistRejects(driver.read(`${folder}/missing`, {}, signal), ['not_found'], 'reading a missing file');
      await insistRejects(driver.read(folder, {}, signal), [], 'reading a folder');
    },
  },
  {
    name: 'stat of what is not there is null',
    async run(context) {
      const { driver, signal, folder } = context;
      insistSame(await driver.stat(`${folder}/deep/missing`, signal), null, 'in a missing folder');
      await put(context, `${folder}/here`, 'x');
      insistSame(await driver.stat(`${folder}/missing`, signal), null, 'in a folder');
      insistSame(await driver.stat(`${folder}/her`, signal), null, 'a part of a name');
      insistSame(await driver.stat(`${folder}/here/below`, signal), null, 'below a file');
    },
  },
  {
    name: 'removing takes one file and nothing else, and what is gone may be removed again',
    async run(context) {
      const { driver, signal, folder } = context;
      for (const name of ['a', 'ab', 'a.txt']) await put(context, `${folder}/${name}`, name);
      await driver.remove(`${folder}/a`, signal);
      await driver.remove(`${folder}/a`, signal);
      await driver.remove(`${folder}/never`, signal);
      await driver.remove(`${folder}/no folder/never`, signal);
      insistSame(await namesIn(context, folder), ['a.txt', 'ab'], 'what is left');
      insistSame(await driver.stat(`${folder}/a`, signal), null, 'the removed file');
    },
  },
  {
    name: 'many files can be removed at once',
    without: (capabilities) => (capabilities.bulkRemove ? null : 'it removes one by one'),
    async run(context) {
      const { driver, signal, folder, sizes } = context;
      const paths = Array.from({ length: sizes.folderEntries }, (_, n) => `${folder}/${n} & <${n}>`).map((path) =>
        driver.capabilities.pathProblem(path) === null ? path : path.replaceAll(/[<>]/g, ''),
      );
      // What is not there is removed as well, and costs nobody a file: some of each request's are, the last one's too.
      const there = paths.filter((_, n) => n % 20 === 0 || n > paths.length - 5);
      await sideBySide(there, driver.capabilities.parallelWrites, (path) => put(context, path, 'x'));
      await put(context, `${folder}/kept`, 'x');
      const left = await driver.removeMany?.([...paths, `${folder}/never there`], signal);
      insistSame(left, [], 'what could not be removed');
      insistSame(await namesIn(context, folder), ['kept'], 'what is left');
      insistSame(await driver.removeMany?.([], signal), [], 'removing nothing');
    },
  },
];
