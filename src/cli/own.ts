import { type App, createApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../core/clock.ts';
import { systemIds } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { type DataFolder, socketFile } from '../db/data-folder.ts';
import { asOwner } from '../http/caller.ts';
import { listenOnSocket } from '../http/server.ts';
import { apiOf } from './client.ts';
import type { Session } from './owner.ts';

const lookAgainMs = 200;
/** Another command that follows its run asks more often than this; when it is silent so long, it has its answer. */
const guestPauseMs = 1000;

/** The part of the application that must be started and stopped. */
interface Runs {
  start(): void | Promise<void>;
  stop(): Promise<void>;
  idle(): Promise<void>;
}

export interface StartedApp {
  http: App['http'];
  runs: Runs;
}

/** Builds the application and settles what a dead process left, so that requests can come. */
export async function startApp(data: DataFolder, config: Config, log: Log): Promise<StartedApp> {
  const app = createApp({ config, data, clock: systemClock, ids: systemIds, log });
  await app.http.modules;
  const runs = (app as App & { backups?: Runs }).backups ?? { start() {}, async stop() {}, async idle() {} };
  await runs.start();
  return { http: app.http, runs };
}

/** The API over a folder this process owns, for itself and, through the socket, for other commands meanwhile. */
export async function ownSession(data: DataFolder, config: Config, log: Log): Promise<Session> {
  try {
    const { http, runs } = await startApp(data, config, log);
    let lastGuestAt = Number.NEGATIVE_INFINITY;
    const guests = {
      fetch: (request: Request) => {
        lastGuestAt = systemClock.monotonic();
        return http.fetch(request);
      },
    };
    const guestsGone = async () => {
      while (systemClock.monotonic() - lastGuestAt < guestPauseMs) await Bun.sleep(lookAgainMs);
    };
    const door = listenOnSocket(guests, data.dir, socketFile);
    return {
      api: apiOf(async (request) => http.handle(asOwner(request))),
      owning: true,
      async leave() {
        await runs.idle();
        await guestsGone();
        await door.close();
        await runs.idle(); // one that came in through the closing door
        await runs.stop();
        data.close();
      },
      cancelRuns: () => runs.stop(),
    };
  } catch (error) {
    data.close();
    throw error;
  }
}
