// jobs to S3, SFTP and WebDAV against rclone, as it is and tuned, on the same servers; memory; a million entries
import { availableParallelism, loadavg } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CloudPlace, type CloudService, startService } from './cloud-services.ts';
import { memoryRow, mib, seconds, times } from './pairs.ts';
import { makeRandomFiles, makeSmallFiles, measuringPlace, writeRandom } from './place.ts';
import { peakMib, settle, type Timed, timed } from './process.ts';
import { type Rclone, rcloneFor, rcloneVersion, rcloneWays } from './rclone.ts';
import { ended, type MeasuredServer, startMeasured } from './server.ts';
import { type Row, table } from './table.ts';

interface Work {
  name: string;
  what: string;
  type: CloudService['type'];
  source: keyof typeof sources;
  /** Most of rclone's time, and of rclone's when it is tuned. */
  limits: readonly [number, number];
  /** Of our process, MiB. */
  memory?: number;
  /** The files are there already. */
  again?: boolean;
}

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    pairs: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    small: { type: 'boolean', default: false },
  },
});
const sizes = options.small
  ? { files: 100, mib: 24, same: 300, entries: 20_000, pairs: 1 }
  : { files: 5000, mib: 1024, same: 20_000, entries: 1_000_000, pairs: 5 };
const pairs = Number(options.pairs ?? sizes.pairs);
const entriesMib = 256;

const many = `${sizes.files} x 4 KiB`;
const large = `${sizes.mib} MiB`;
const works: readonly Work[] = [
  { name: 's3-small', what: `S3, ${many}`, type: 's3', source: 'many', limits: [0.5, 1] },
  { name: 's3-large', what: `S3, ${large}`, type: 's3', source: 'large', limits: [0.8, 1], memory: 240 },
  {
    name: 's3-same',
    what: `S3, ${sizes.same} files, nothing to do`,
    type: 's3',
    source: 'same',
    limits: [0.5, 0.8],
    again: true,
  },
  { name: 'sftp-small', what: `SFTP, ${many}`, type: 'sftp', source: 'many', limits: [0.6, 1] },
  { name: 'sftp-large', what: `SFTP, ${large}`, type: 'sftp', source: 'large', limits: [1.1, 1.1], memory: 180 },
  { name: 'webdav-small', what: `WebDAV, ${many}`, type: 'webdav', source: 'many', limits: [0.6, 1] },
  { name: 'webdav-large', what: `WebDAV, ${large}`, type: 'webdav', source: 'large', limits: [1.1, 1.1], memory: 180 },
];
const names = [...works.map(({ name }) => name), 'entries'];
const unknown = options.only.filter((name) => !names.includes(name));
if (unknown.length > 0 || !(pairs >= 1)) {
  console.error(`usage: ./scripts/bench cloud [--small] [--pairs N] [--dir folder] [--only ${names.join(' | ')}] …`);
  process.exit(2);
}
const wanted = (name: string) => options.only.length === 0 || options.only.includes(name);

const root = join(import.meta.dir, '../../..');
const program = join(root, 'dist/dynamight');
const say = (text: string) => console.error(text);
const secondsSince = (started: number) => (performance.now() - started) / 1000;
const middle = (found: readonly number[]): number => {
  const sorted = found.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
};

const dir = measuringPlace(resolve(options.dir ?? join(root, '.cache')), sizes.mib * 4 * 1024 * 1024 + 2e9);
const sources = {
  many: { files: sizes.files, make: (path: string) => makeRandomFiles(path, sizes.files) },
  large: { files: 1, make: (path: string) => makeLarge(path) },
  same: { files: sizes.same, make: (path: string) => makeSmallFiles(path, sizes.same) },
};
const made = new Set<string>();

async function makeLarge(path: string): Promise<void> {
  await timed(['mkdir', path]);
  writeRandom(join(path, 'large'), sizes.mib * 1024 * 1024);
}

/** All of it lies in memory: nobody's time is the disk's. */
async function sourceOf({ source }: Work): Promise<string> {
  const path = join(dir, source);
  if (!made.has(path)) {
    say(`Making ${path} …`);
    await sources[source].make(path);
    made.add(path);
  }
  await timed(['find', path, '-type', 'f', '-exec', 'cat', '{}', '+']);
  return path;
}

/** One way of backing up: into an empty place, and the same once more. */
interface Way {
  name: string;
  /** Where below the place the files lie. */
  below(source: string): string;
  /** Answers what is timed, which may be done several times. */
  prepare(source: string, place: CloudPlace): Promise<() => Promise<Timed>>;
}

async function throughServer(server: MeasuredServer, { type, secret }: CloudService): Promise<Way> {
  const credential = await server.call('POST', '/api/credentials', { name: type, provider_type: type, data: secret });
  return {
    name: 'ours',
    below: (source) => `/${basename(source)}`,
    async prepare(source, { config }) {
      const job = await server.call('POST', '/api/jobs', {
        name: `Measure ${crypto.randomUUID()}`,
        source_dirs: [source],
        destination_type: type,
        destination_config: config,
        credential_id: credential.id,
        sync_options: {},
      });
      return async () => {
        const started = performance.now();
        const { run_id } = await server.call('POST', `/api/jobs/${job.id}/run`);
        await ended(server, run_id);
        return { seconds: secondsSince(started), peakMib: peakMib(server.pid) };
      };
    },
  };
}

const throughRclone = (rclone: Rclone, way: (typeof rcloneWays)[number], again: boolean): Way => ({
  name: way.name,
  below: () => '',
  prepare: async (source, { path }) => {
    let command: 'copy' | 'sync' = 'copy';
    return async () => {
      const took = await rclone.run(way, command, source, path);
      if (again) command = 'sync';
      return took;
    };
  },
});

/** Everything is there, as another client counts it. */
function requireWhole(rclone: Rclone, way: Way, work: Work, source: string, place: CloudPlace): void {
  const { count } = rclone.size(place.path + way.below(source));
  const { files } = sources[work.source];
  if (count !== files) throw new Error(`${way.name} left ${count} files of ${files} at ${place.path}`);
}

/** Every way in turn, the order turned round each time, so that no one always comes after the same other. */
async function measure(
  work: Work,
  service: CloudService,
  rclone: Rclone,
  ways: readonly Way[],
): Promise<Map<Way, Timed[]>> {
  const source = await sourceOf(work);
  const found = new Map<Way, Timed[]>(ways.map((way) => [way, []]));
  const kept = new Map<Way, () => Promise<Timed>>();
  if (work.again)
    for (const way of ways) {
      const place = await service.place();
      const backUp = await way.prepare(source, place);
      say(`  ${way.name}: ${seconds((await backUp()).seconds)} for the first time`);
      requireWhole(rclone, way, work, source, place);
      kept.set(way, backUp);
    }
  async function once(way: Way): Promise<Timed> {
    const again = kept.get(way);
    const place = again ? null : await service.place();
    const backUp = again ?? (await way.prepare(source, place as CloudPlace));
    await settle();
    const took = await backUp();
    if (place) {
      requireWhole(rclone, way, work, source, place);
      await place.remove();
    }
    return took;
  }
  for (let pair = 0; pair < pairs; pair += 1) {
    const told: string[] = [];
    for (const way of pair % 2 === 0 ? ways : ways.toReversed()) {
      const took = await once(way);
      found.get(way)?.push(took);
      told.push(`${way.name} ${seconds(took.seconds)}`);
    }
    say(`  ${told.join(', ')}`);
  }
  return found;
}

function speedRow(work: Work, what: string, limit: number, ours: readonly Timed[], plain: readonly Timed[]): Row {
  const ratios = ours.map((one, at) => one.seconds / (plain[at]?.seconds ?? Number.NaN));
  const [our, their] = [ours, plain].map((all) => middle(all.map((one) => one.seconds))) as [number, number];
  return {
    what: `${work.what} / ${what}`,
    ours: seconds(our),
    plain: seconds(their),
    best: times(Math.min(...ratios)),
    median: times(our / their),
    limit: times(limit),
    kept: our / their <= limit,
  };
}

/** A server of ours for each work: its memory is of this work alone. */
async function rowsOf(work: Work, service: CloudService): Promise<Row[]> {
  say(work.what);
  const rclone = rcloneFor(service.remote, dir);
  const server = await startMeasured(program, join(dir, `data-${work.name}`), dir);
  try {
    const ours = await throughServer(server, service);
    const theirs = rcloneWays.map((way) => throughRclone(rclone, way, work.again === true));
    const found = await measure(work, service, rclone, [ours, ...theirs]);
    const took = (way: Way | undefined) => (way && found.get(way)) ?? [];
    const rows = theirs.map((way, at) =>
      speedRow(work, way.name, work.limits[at] ?? Number.NaN, took(ours), took(way)),
    );
    if (work.memory !== undefined) {
      const highest = (way: Way | undefined) => Math.max(...took(way).map((one) => one.peakMib));
      const row = memoryRow(`${work.what}, peak memory`, highest(ours), work.memory);
      rows.push({ ...row, plain: mib(highest(theirs[0])) });
    }
    return rows;
  } finally {
    await server.stop();
  }
}

/** Against a service that computes its entries, each in a process of its own. */
async function entryRows(): Promise<Row[]> {
  const script = join(root, 'test/harness/computed-sync.ts');
  const rows: Row[] = [];
  for (const [what, ...args] of [
    ['all there, one list', 'same', 'flat'],
    ['all there, folder by folder', 'same', 'folders'],
    ['to be sent', 'new', 'flat'],
    ['to be removed', 'delete', 'folders'],
  ] as const) {
    say(`${sizes.entries} entries, ${what}`);
    const { peakMib: highest } = await timed([process.execPath, script, `${sizes.entries}`, ...args]);
    rows.push(memoryRow(`${sizes.entries} entries, ${what}, peak memory`, highest, entriesMib));
  }
  return rows;
}

const [load = 0] = loadavg();
const busy =
  load > availableParallelism() / 2
    ? ` This machine was busy when it began (load ${load.toFixed(1)}): the times are worse than they would be.`
    : '';
if (busy !== '') say(busy.trim());
const rows: Row[] = [];
for (const type of ['s3', 'sftp', 'webdav'] as const) {
  const mine = works.filter((work) => work.type === type && wanted(work.name));
  if (mine.length === 0) continue;
  const service = await startService(type, dir);
  const end = () => void service.stop(); // by Ctrl-C, too: what it begins with is to end the server
  process.on('exit', end);
  try {
    for (const work of mine) rows.push(...(await rowsOf(work, service)));
  } finally {
    await service.stop();
    process.off('exit', end);
  }
}
if (wanted('entries')) rows.push(...(await entryRows()));
console.log(table(rows));
console.log(
  `\nTimes are medians of ${pairs}, and so is what counts: ours by theirs. Plain is ${rcloneVersion()}; tuned: ${rcloneWays[1]?.options.join(' ')}.${busy}`,
);
process.exit(rows.every((row) => row.kept) ? 0 : 1);
