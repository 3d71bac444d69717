import { type App, createApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../core/clock.ts';
import { isDiskFull } from '../core/errors.ts';
import { systemIds } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { type DataFolder, socketFile } from '../db/data-folder.ts';
import { asOwner } from '../http/caller.ts';
import { listenOnSocket } from '../http/server.ts';
import { closeCode } from '../realtime/connection.ts';
import { apiOf } from './client.ts';
import { CommandError } from './command.ts';
import type { Session } from './owner.ts';
import { watchHere } from './watch.ts';

const lookAgainMs = 200;
/** Another command asks on within this time once its run is over; when it is silent so long, it has its answers. */
const guestPauseMs = 1000;

export type StartedApp = Pick<App, 'http' | 'backups' | 'auth' | 'connections' | 'accounts' | 'signIns'>;

/** Builds the application and settles what a dead process left, so that requests can come. */
export async function startApp(data: DataFolder, config: Config, log: Log): Promise<StartedApp> {
  try {
    const app = createApp({ config, data, clock: systemClock, ids: systemIds, log });
    await app.http.modules;
    app.backups.start();
    return app;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new CommandError(
      `The data folder ${data.dir} cannot be used: its disk is full. Free some space and try again.`,
    );
  }
}

/** The API over a folder this process owns, for itself and, through the socket, for other commands meanwhile. */
export async function ownSession(data: DataFolder, config: Config, log: Log): Promise<Session> {
  try {
    const { http, backups, connections, accounts, signIns } = await startApp(data, config, log);
    let lastGuestAt = Number.NEGATIVE_INFINITY;
    const guests = {
      fetch: (request: Request) => {
        lastGuestAt = systemClock.monotonic();
        return http.fetch(request);
      },
    };
    const guestsGone = async () => {
      if (connections.size() > 0) lastGuestAt = systemClock.monotonic(); // they were just told how their runs ended
      while (systemClock.monotonic() - lastGuestAt < guestPauseMs) await Bun.sleep(lookAgainMs);
    };
    const door = listenOnSocket(guests, data.dir, socketFile);
    return {
      api: apiOf(async (request) => http.handle(asOwner(request))),
      watch: watchHere(backups),
      async leave() {
        await backups.idle();
        await guestsGone();
        connections.closeAll(closeCode.shutdown, 'The command ends');
        await door.close();
        await backups.idle(); // one that came in through the closing door
        signIns.stop();
        await Promise.all([backups.stop(), accounts.stop()]);
        data.close();
      },
      cancelRuns: () => backups.stop(),
    };
  } catch (error) {
    data.close();
    throw error;
  }
}
