import type { Config } from '../config/config.ts';
import { systemClock } from '../core/clock.ts';
import { errnoOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type DamagedFolder, type DataFolder, socketFile } from '../db/data-folder.ts';
import { createHousekeeping, hourMs } from '../housekeeping.ts';
import { type Handler, type Listening, listen, listenOnSocket } from '../http/server.ts';
import { closeCode } from '../realtime/connection.ts';
import { createRecoveryApp } from '../recovery.ts';
import { CommandError } from './command.ts';
import type { Io } from './io.ts';
import { startApp } from './own.ts';
import { damageText } from './owner.ts';

/** Time a run gets to end cleanly when the server is told to stop. */
const stopWithinMs = 30_000;
const firstHousekeepingMs = 60_000;

/** What answers behind the doors of a server. */
interface Served {
  http: Handler;
  /** Says good-bye on open sockets, so that their other ends know to come back. */
  hangUp(): void;
  /** Called once the doors are open; answers what ends it again. */
  begin(): () => Promise<void>;
}

export interface Service {
  port: number;
  /** Closes the doors, ends what runs, gives the folder back. */
  stop(): Promise<void>;
}

/** Serves a data folder, or its state when it is damaged, on the configured address and on the folder's socket. */
export async function startService(
  folder: DataFolder | DamagedFolder,
  config: Config,
  log: Log,
  io: Io,
): Promise<Service> {
  const doors: Listening[] = [];
  const closeDoors = () => Promise.all(doors.map((door) => door.close()));
  try {
    const served = 'main' in folder ? await normal(folder, config, log) : await recovery(folder, config, log, io);
    const tcp = openDoor(served.http, config);
    doors.push(tcp, listenOnSocket(served.http, folder.dir, socketFile));
    const end = served.begin();
    return {
      port: tcp.port,
      async stop() {
        served.hangUp();
        await closeDoors();
        await end();
        folder.close();
      },
    };
  } catch (error) {
    await closeDoors();
    folder.close();
    throw error;
  }
}

async function normal(data: DataFolder, config: Config, log: Log): Promise<Served> {
  const { http, backups, auth, connections, accounts, signIns } = await startApp(data, config, log);
  const leaving = new AbortController();
  const sweep = () => {
    auth.sweep();
    backups.sweep();
    signIns.sweep();
    void accounts.probe(leaving.signal);
  };
  const housekeeping = createHousekeeping({ data, clock: systemClock, log, sweep });
  return {
    http,
    hangUp: () => connections.closeAll(closeCode.shutdown, 'The server stops'),
    begin() {
      const first = setTimeout(housekeeping.tick, firstHousekeepingMs);
      const hourly = setInterval(housekeeping.tick, hourMs);
      backups.scheduler.start();
      return async () => {
        clearTimeout(first);
        clearInterval(hourly);
        backups.scheduler.stop();
        signIns.stop();
        leaving.abort();
        const late = Bun.sleep(stopWithinMs).then(() => 'late');
        const ends = Promise.all([backups.stop(), accounts.stop()]);
        if ((await Promise.race([ends, late])) === 'late')
          log.error('Runs did not end in time; the next start marks them as interrupted');
      };
    },
  };
}

async function recovery(folder: DamagedFolder, config: Config, log: Log, io: Io): Promise<Served> {
  const bar = '!'.repeat(72);
  for (const line of [bar, ...damageText(folder).split('\n'), 'Until then this server only shows this state.', bar])
    io.say(line);
  const { http } = createRecoveryApp({ config, log });
  await http.modules;
  return { http, hangUp() {}, begin: () => async () => {} };
}

function openDoor(app: Handler, { host, port }: Config): Listening {
  try {
    return listen(app, host, port);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EADDRINUSE')
      throw new CommandError(`Port ${port} is taken by another program. End that one, or choose another with --port.`);
    if (code === 'EACCES')
      throw new CommandError(`Not allowed to listen on port ${port}. Choose one above 1023 with --port.`);
    if (code === 'EADDRNOTAVAIL')
      throw new CommandError(`This machine has no address ${host}. Choose another with --host.`);
    throw new CommandError(`Cannot listen on ${host} port ${port}: ${(error as Error).message}`);
  }
}
