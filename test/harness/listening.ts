import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { assets } from '../../src/config/assets.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { systemIds } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { openDataFolder } from '../../src/db/data-folder.ts';
import { listen } from '../../src/http/server.ts';
import { createRecoveryApp } from '../../src/recovery.ts';
import { beginRun, type RunOfTest } from './seed-run.ts';

/** A real application that listens on 127.0.0.1, over a fresh data folder. Needs no test runner. */
export interface ListeningBox {
  url: string;
  /** A fresh folder backups may read and write in; gone after `close`. */
  files: string;
  /** The real time, which `advance` moves ahead. */
  clock: Clock & { advance(ms: number): void };
  /** Begins a run that the caller writes itself. Not in recovery mode. */
  begin(jobId: number, more?: Parameters<typeof beginRun>[2]): RunOfTest;
  close(): Promise<void>;
}

function movableClock(): ListeningBox['clock'] {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}

const root = join(import.meta.dir, '../..');
/** The clock of this machine is believed, whatever it says of itself. */
const clockSigns = { synchronised: () => true, hasRtc: () => true };

/** Builds the page into `build/page` when it is not there; whether it is fresh is the caller's business. */
function ensurePage(): void {
  if (assets().page !== null) return;
  const made = spawnSync(
    process.execPath,
    ['--bun', 'node_modules/vite/bin/vite.js', 'build', 'ui', '--logLevel', 'warn'],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (made.status !== 0) throw new Error('The page could not be built');
}

async function open(env: Record<string, string>, recovery: boolean): Promise<ListeningBox> {
  ensurePage();
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'box-'));
  const files = join(dir, 'files');
  const clock = movableClock();
  const config = parseConfig({}, { DATA_DIR: join(dir, 'data'), TZ: 'UTC', ALLOWED_BROWSE_PATHS: files, ...env });
  const { http, begin, stop } = recovery ? recoveryBox() : normalBox();
  await http.modules;
  const door = listen(http, '127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${door.port}`,
    files,
    clock,
    begin,
    async close() {
      await http.server?.stop(true); // browsers keep connections open; nobody is waiting for an answer here
      await door.close();
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };

  function recoveryBox() {
    const begin = (): RunOfTest => {
      throw new Error('Nothing runs in recovery mode');
    };
    return { http: createRecoveryApp({ config, log: silentLog }).http, begin, async stop() {} };
  }
  function normalBox() {
    const data = openDataFolder({
      dir: config.dataDir,
      command: 'test',
      migrations: assets().migrations,
      log: silentLog,
      now: clock.now,
    });
    if (!('main' in data)) throw new Error(data.problem);
    const app = createApp({ config, data, clock, ids: systemIds, log: silentLog, clockSigns });
    app.backups.start();
    return {
      http: app.http,
      begin: (jobId: number, more?: Parameters<typeof beginRun>[2]) =>
        beginRun({ data, now: clock.now, events: app.backups.events }, jobId, more),
      async stop() {
        await app.backups.stop();
        data.close();
      },
    };
  }
}

export const openBox = (env: Record<string, string> = {}): Promise<ListeningBox> => open(env, false);
/** The same address in recovery mode: no database, only the page and health. */
export const openRecoveryBox = (): Promise<ListeningBox> => open({}, true);
