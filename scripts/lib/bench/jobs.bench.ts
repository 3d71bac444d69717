// a million files with nothing to do against rsync, the start with a million log lines, log pages, log sockets
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bestAndMedian, least, memoryRow, mib, times, toPairs } from './pairs.ts';
import { makeSmallFiles, measuringPlace } from './place.ts';
import { asAfterBoot, currentMib, peakMib, settle, startAttached, timed } from './process.ts';
import { ended, type MeasuredServer, startMeasured } from './server.ts';
import { type Row, table } from './table.ts';

const limits = { nothingToDo: 1.25, busyMib: 160, start: 5, pageMs: 20, socketsMib: 60 };
const pageTries = 5;

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    pairs: { type: 'string', default: '3' },
    files: { type: 'string', default: '1000000' },
    sockets: { type: 'string', default: '500' },
    lines: { type: 'string', default: '20000' },
  },
});
const root = join(import.meta.dir, '../../..');
const program = join(root, 'dist/dynamight');
const [pairs, files, sockets, lines] = [options.pairs, options.files, options.sockets, options.lines].map(Number) as [
  number,
  number,
  number,
  number,
];
const say = (text: string) => console.error(text);

const dir = measuringPlace(resolve(options.dir ?? join(root, '.cache')), (files + lines) * 2 * 4096 + 4e9);
const dataDir = join(dir, 'data');

async function saveJob(server: MeasuredServer, source: string, target: string): Promise<number> {
  mkdirSync(target);
  const job = await server.call('POST', '/api/jobs', {
    name: source,
    source_dirs: [source],
    destination_type: 'local',
    destination_config: { mount_point: target, backup_subdir: '' },
    sync_options: {},
  });
  return job.id;
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;

/** A million files the second and third time; the first run also leaves a million log lines for what follows. */
async function manyFiles(): Promise<{ rows: Row[]; run: number }> {
  const [source, target] = [join(dir, 'many'), join(dir, 'target')];
  say(`Making ${files} files of 64 bytes in ${source} …`);
  makeSmallFiles(source, files);
  await asAfterBoot(program);
  const server = await startMeasured(program, dataDir, dir);
  const job = await saveJob(server, source, target);
  const run = async () => (await server.call('POST', `/api/jobs/${job}/run`)).run_id as number;
  const first = performance.now();
  const firstRun = await run();
  await ended(server, firstRun);
  say(`  first run ${secondsSince(first).toFixed(1)} s`);
  if (!existsSync(join(target, 'many/folder-0/file-0'))) throw new Error('nothing was copied');
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair += 1) {
    await settle();
    plain.push((await timed(['rsync', '-aHAX', `${source}/`, `${target}/many/`])).seconds);
    await settle();
    const started = performance.now();
    await ended(server, await run());
    ours.push(secondsSince(started));
    say(`  nothing to do: ours ${ours.at(-1)?.toFixed(2)} s, rsync ${plain.at(-1)?.toFixed(2)} s`);
  }
  const busy = peakMib(server.pid);
  await server.stop();
  const { best, median } = bestAndMedian(
    toPairs(ours, plain, (a, b) => a / b),
    least,
  );
  const row: Row = {
    what: `${files} files, nothing to do`,
    ours: `${best.ours.toFixed(2)} s`,
    plain: `${best.plain.toFixed(2)} s`,
    best: times(best.found),
    median: times(median),
    limit: times(limits.nothingToDo),
    kept: best.found <= limits.nothingToDo,
  };
  return { rows: [row, memoryRow('peak memory, first run included', busy, limits.busyMib)], run: firstRun };
}

/** From exec to the first answer. */
async function startSeconds(command: string[], path: string): Promise<number> {
  const started = performance.now();
  const child = startAttached(command);
  const { value } = await child.stdout.getReader().read();
  const url = /http:\/\/[^\s]+/.exec(new TextDecoder().decode(value))?.[0] ?? '';
  const answer = await fetch(url + path);
  const took = secondsSince(started);
  if (!answer.ok) throw new Error(`${command[0]} answered ${answer.status}`);
  child.kill();
  await child.exited;
  return took;
}

async function starting(): Promise<Row> {
  say('Starting with all these log lines');
  const bare = join(dir, 'bare');
  const body = join(dir, 'body.json');
  await Bun.write(body, '[]');
  const script = join(import.meta.dir, 'bare-route.ts');
  await timed([process.execPath, 'build', '--compile', '--bytecode', '--format=esm', script, '--outfile', bare]);
  const serve = [program, 'serve', '--host', '127.0.0.1', '--port', '0', '--data-dir', dataDir];
  const [ours, plain]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < 5; pair += 1) {
    plain.push(await startSeconds([bare, body], '/api/jobs'));
    ours.push(await startSeconds(serve, '/api/system/health'));
  }
  const { best, median } = bestAndMedian(
    toPairs(ours, plain, (a, b) => a / b),
    least,
  );
  return {
    what: 'start to first answer',
    ours: `${(best.ours * 1000).toFixed(0)} ms`,
    plain: `${(best.plain * 1000).toFixed(0)} ms`,
    best: times(best.found),
    median: times(median),
    limit: times(limits.start),
    kept: best.found <= limits.start,
  };
}

/** Each page asked several times, the best counting; the slowest page of all is told. */
async function logPages(server: MeasuredServer, run: number): Promise<Row> {
  say('Log pages');
  let slowest = 0;
  for (const level of ['', '&level=info', '&level=warning'])
    for (const part of [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999]) {
      const path = `/api/runs/${run}/logs?limit=1000&offset=${Math.floor(files * part)}${level}`;
      let best = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < pageTries; tries += 1) {
        const started = performance.now();
        await server.call('GET', path);
        best = Math.min(best, performance.now() - started);
      }
      slowest = Math.max(slowest, best);
    }
  const told = `${slowest.toFixed(1)} ms`;
  return {
    what: `slowest page of a ${files}-line log`,
    ours: told,
    best: told,
    limit: `${limits.pageMs} ms`,
    kept: slowest <= limits.pageMs,
  };
}

async function logSockets(server: MeasuredServer): Promise<Row> {
  say(`${sockets} sockets on the log of one run of ${lines} lines`);
  const source = join(dir, 'followed');
  makeSmallFiles(source, lines);
  const job = await saveJob(server, source, join(dir, 'followed-target'));
  const before = currentMib(server.pid);
  let highest = before;
  const sampling = setInterval(() => (highest = Math.max(highest, currentMib(server.pid))), 20);
  const { run_id } = await server.call('POST', `/api/jobs/${job}/run`);
  const url = `${server.url.replace('http', 'ws')}/api/ws/logs/${run_id}`;
  const started = performance.now();
  const readers = startAttached([
    process.execPath,
    join(import.meta.dir, 'log-readers.ts'),
    url,
    server.cookie,
    `${sockets}`,
  ]);
  const heard = JSON.parse(await new Response(readers.stdout).text()) as { whole: number; lines: number[] };
  clearInterval(sampling);
  say(`  ${heard.whole} whole, ${heard.lines.join(', ')} lines each, ${secondsSince(started).toFixed(1)} s`);
  const grown = highest - before;
  const whole = heard.whole === sockets && heard.lines.length === 1 && (heard.lines[0] ?? 0) >= lines;
  return {
    what: `growth with ${sockets} log sockets${whole ? '' : ' (NOT ALL WHOLE)'}`,
    ours: mib(grown),
    best: mib(grown),
    limit: mib(limits.socketsMib),
    kept: whole && grown <= limits.socketsMib,
  };
}

const { rows, run } = await manyFiles();
rows.push(await starting());
const server = await startMeasured(program, dataDir, dir);
rows.push(await logPages(server, run), await logSockets(server));
await server.stop();
console.log(table(rows));
process.exit(rows.every((row) => row.kept) ? 0 : 1);
