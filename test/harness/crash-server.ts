import { existsSync, readFileSync } from 'node:fs';
import { type AppDeps, createApp } from '../../src/app.ts';
import { assets } from '../../src/config/assets.ts';
import { parseConfig } from '../../src/config/config.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemIds } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { openDataFolder, socketFile } from '../../src/db/data-folder.ts';
import type { RunStep } from '../../src/features/backups/execute.ts';
import { listenOnSocket } from '../../src/http/server.ts';

/**
 * A program for tests: owns the data folder of its environment, answers on the owner's socket, and ends itself with
 * SIGKILL when a run reaches the step its plan file names (`copying 3`: the third time). A second argument says how
 * storage services are talked to, as JSON.
 */
const [planFile = '', ways = '{}'] = process.argv.slice(2);
const config = parseConfig({}, process.env);
const log = createLog('error', (line) => process.stderr.write(`${line}\n`), systemClock.now);
const data = openDataFolder({
  dir: config.dataDir,
  command: 'serve',
  migrations: assets().migrations,
  log,
  now: systemClock.now,
});
if (!('main' in data)) throw new Error(data.problem);

let passed = 0;
function onRunStep(step: RunStep): void {
  if (!existsSync(planFile)) return;
  const [wanted, nth = '1'] = readFileSync(planFile, 'utf8').split(' ');
  if (step === wanted && ++passed >= Number(nth)) process.kill(process.pid, 'SIGKILL');
}

const { http, backups } = createApp({
  config,
  data,
  clock: systemClock,
  ids: systemIds,
  log,
  onRunStep,
  storage: JSON.parse(ways) as NonNullable<AppDeps['storage']>,
});
await http.modules;
backups.start();
listenOnSocket(http, data.dir, socketFile);
process.stdout.write('ready\n');
