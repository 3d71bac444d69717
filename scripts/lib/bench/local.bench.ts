// first run and nothing to do against rsync + sync, memory, and the list of jobs against a bare Elysia route
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { requestsPerSecond } from './load.ts';
import { bestAndMedian, least, memoryRow, more, most, seconds, times, toPairs } from './pairs.ts';
import { makeTree, measuringPlace } from './place.ts';
import { asAfterBoot, currentMib, peakMib, settle, startAttached, type Timed, timed } from './process.ts';
import { ended, type MeasuredServer, startMeasured } from './server.ts';
import { type Row, table } from './table.ts';

const limits = { firstRun: 1.15, nothingToDoSeconds: 0.35, busyMib: 120, idleMib: 70, listing: 0.15 };
const jobsListed = 20;
const listSeconds = 3;
const idleSeconds = 5;

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    pairs: { type: 'string', default: '5' },
    files: { type: 'string', default: '20000' },
    mib: { type: 'string', default: '1024' },
  },
});
const root = join(import.meta.dir, '../../..');
const program = join(root, 'dist/dynamight');
const pairs = Number(options.pairs);
const bytes = Number(options.files) * 4096 + Number(options.mib) * 1024 * 1024;
const say = (text: string) => console.error(text);

const dir = measuringPlace(resolve(options.dir ?? join(root, '.cache')), bytes * 4 + 1e9);
const source = join(dir, 'source');
say(`Making ${options.files} files of 4 KiB and one of ${options.mib} MiB in ${source} …`);
makeTree(source, Number(options.files), Number(options.mib) * 1024 * 1024);

/** One way of backing up: first into nothing, then with nothing to do. */
interface Way {
  name: string;
  prepare(target: string): Promise<void>;
  backUp(target: string): Promise<Timed>;
}

const rsync: Way = {
  name: 'rsync + sync',
  async prepare() {},
  backUp: (target) => timed(['rsync', '-aHAX', `${source}/`, `${target}/`], ['sync', '-f', target]),
};

const dataDir = join(dir, 'command-data');
const command: Way = {
  name: 'command',
  async prepare() {
    rmSync(dataDir, { recursive: true, force: true });
  },
  backUp: (target) => timed([program, 'backup', '--data-dir', dataDir, source, target]),
};

function throughServer(server: MeasuredServer): Way {
  let job = 0;
  return {
    name: 'server',
    async prepare(target) {
      job = (
        await server.call('POST', '/api/jobs', {
          name: `Measure ${job + 1}`,
          source_dirs: [source],
          destination_type: 'local',
          destination_config: { mount_point: target, backup_subdir: '' },
          sync_options: {},
        })
      ).id;
    },
    async backUp() {
      const started = performance.now();
      const { run_id } = await server.call('POST', `/api/jobs/${job}/run`);
      await ended(server, run_id);
      return { seconds: (performance.now() - started) / 1000, peakMib: peakMib(server.pid) };
    },
  };
}

interface Measured {
  first: Timed;
  again: Timed;
}

let measured = 0;

async function measure(way: Way): Promise<Measured> {
  const target = join(dir, `target-${(measured += 1)}`); // one of its own: a job keeps its landing at a place
  mkdirSync(target);
  await way.prepare(target);
  await settle();
  const first = await way.backUp(target);
  await settle();
  const again = await way.backUp(target);
  if (!existsSync(join(target, way === rsync ? 'big' : 'source/big'))) throw new Error(`${way.name} copied nothing`);
  rmSync(target, { recursive: true });
  await settle();
  say(`  ${way.name.padEnd(12)}  first ${first.seconds.toFixed(2)} s, again ${again.seconds.toFixed(2)} s`);
  return { first, again };
}

/** Every way in turn, the order turned round each time, so that no one always comes after the same other. */
async function measurePairs(ways: readonly Way[]): Promise<Map<Way, Measured[]>> {
  const found = new Map<Way, Measured[]>(ways.map((way) => [way, []]));
  for (let pair = 0; pair < pairs; pair += 1) {
    say(`Pair ${pair + 1} of ${pairs}`);
    for (const way of pair % 2 === 0 ? ways : ways.toReversed()) found.get(way)?.push(await measure(way));
  }
  return found;
}

function speedRows(way: Way, ours: readonly Measured[], plain: readonly Measured[]): Row[] {
  const took = (of: readonly Measured[], run: keyof Measured) => of.map((one) => one[run].seconds);
  const first = bestAndMedian(
    toPairs(took(ours, 'first'), took(plain, 'first'), (a, b) => a / b),
    least,
  );
  const again = bestAndMedian(
    toPairs(took(ours, 'again'), took(plain, 'again'), (a, b) => a - b),
    least,
  );
  const peak = Math.max(...ours.flatMap((one) => [one.first.peakMib, one.again.peakMib]));
  return [
    {
      what: `first run (${way.name})`,
      ours: seconds(first.best.ours),
      plain: seconds(first.best.plain),
      best: times(first.best.found),
      median: times(first.median),
      limit: times(limits.firstRun),
      kept: first.best.found <= limits.firstRun,
    },
    {
      what: `nothing to do (${way.name})`,
      ours: seconds(again.best.ours),
      plain: seconds(again.best.plain),
      best: more(again.best.found),
      median: more(again.median),
      limit: more(limits.nothingToDoSeconds),
      kept: again.best.found <= limits.nothingToDoSeconds,
    },
    memoryRow(`peak memory in both (${way.name})`, peak, limits.busyMib),
  ];
}

async function listingRow(server: MeasuredServer): Promise<Row> {
  const jobs = await server.call('GET', '/api/jobs');
  for (let more = jobs.length; more < jobsListed; more += 1) await server.call('POST', `/api/jobs/${jobs[0].id}/clone`);
  const body = join(dir, 'jobs.json');
  writeFileSync(body, JSON.stringify(await server.call('GET', '/api/jobs')));
  const bare = startAttached([process.execPath, join(import.meta.dir, 'bare-route.ts'), body]);
  const { value } = await bare.stdout.getReader().read();
  const bareUrl = /http:\S+/.exec(new TextDecoder().decode(value))?.[0] ?? '';
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let pair = 0; pair <= pairs; pair += 1) {
    plain.push(await requestsPerSecond(`${bareUrl}/api/jobs`, server.cookie, listSeconds));
    ours.push(await requestsPerSecond(`${server.url}/api/jobs`, server.cookie, listSeconds));
  }
  bare.kill();
  const counted = toPairs(ours, plain, (a, b) => a / b).slice(1); // the first one warms both up
  const { best, median } = bestAndMedian(counted, most);
  return {
    what: `list of ${jobsListed} jobs`,
    ours: `${best.ours.toFixed(0)}/s`,
    plain: `${best.plain.toFixed(0)}/s`,
    best: times(best.found),
    median: times(median),
    limit: `>= ${times(limits.listing)}`,
    kept: best.found >= limits.listing,
  };
}

await asAfterBoot(program);
const server = await startMeasured(program, join(dir, 'server-data'), dir);
await Bun.sleep(idleSeconds * 1000);
const idleFirst = currentMib(server.pid);
const viaServer = throughServer(server);
const found = await measurePairs([rsync, command, viaServer]);
await Bun.sleep(idleSeconds * 1000);
const idleAfter = currentMib(server.pid);
say('List of jobs');
const listing = await listingRow(server);
await server.stop();

const plain = found.get(rsync) ?? [];
const rows = [
  ...[command, viaServer].flatMap((way) => speedRows(way, found.get(way) ?? [], plain)),
  memoryRow('idle memory (server, just started)', idleFirst, limits.idleMib),
  memoryRow('idle memory (server, after the runs)', idleAfter, limits.idleMib),
  listing,
];
console.log(table(rows));
process.exit(rows.every((row) => row.kept) ? 0 : 1);
