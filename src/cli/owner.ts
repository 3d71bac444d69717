import { assets } from '../config/assets.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import {
  type DamagedFolder,
  type DataFolder,
  FolderOwnedError,
  type Owner,
  openDataFolder,
  socketFile,
} from '../db/data-folder.ts';
import { type Api, ApiError, apiOnSocket, OwnerGoneError } from './client.ts';
import { CommandError } from './command.ts';
import type { Watch } from './watch.ts';

/** How long a command waits for another one that is just starting or ending. */
const ownerWaitMs = 10_000;
const lookAgainMs = 200;

/** The API for as long as one command runs. */
export interface Session {
  readonly api: Api;
  /** News of a run as it happens. */
  readonly watch: Watch;
  /**
   * Waits until no run is pending or running in this process (another client may have started one through the socket),
   * then gives the folder back.
   */
  leave(): Promise<void>;
  /** Cancels every run of this process, so that `leave` need not wait. */
  cancelRuns(): Promise<void>;
}

export interface SessionOptions {
  config: Config;
  /** What others are told is at work. */
  command: string;
  log: Log;
}

export const ownerText = (owner: Owner | null): string =>
  owner ? `"dynamight ${owner.command}" (pid ${owner.pid})` : 'another process';

export const openFolder = (config: Config, command: string, log: Log): DataFolder | DamagedFolder =>
  openDataFolder({
    dir: config.dataDir,
    command,
    migrations: assets().migrations,
    log,
    now: systemClock.now,
  });

/** The text a person needs when the data folder cannot be used as it is. */
export const damageText = ({ dir, problem, snapshots }: DamagedFolder): string =>
  [
    `The data folder ${dir} needs your help. ${problem}`,
    'Nothing was changed, and your backups at their destinations are not affected.',
    snapshots.length > 0
      ? `"dynamight doctor --recover" lists the ${snapshots.length} saved ${snapshots.length === 1 ? 'copy' : 'copies'} of the database and puts one back.`
      : 'There is no saved copy of the database. Put back your own copy of the data folder, or move the folder aside to begin anew.',
  ].join('\n');

/**
 * The API for one command: in this process when the data folder is free, which it then owns until `leave()` (others
 * reach it through the socket meanwhile), else through the socket of the process that owns it. Throws CommandError.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, command, log } = options;
  const deadline = systemClock.monotonic() + ownerWaitMs;
  for (;;) {
    try {
      const folder = openFolder(config, command, log);
      if ('main' in folder) return await (await import('./own.ts')).ownSession(folder, config, log);
      folder.close();
      throw new CommandError(damageText(folder));
    } catch (error) {
      if (!(error instanceof FolderOwnedError)) throw error;
      const session = await joinSession(config.dataDir);
      if (session) return session;
      // The owner is between taking the lock and opening its socket, or between closing it and leaving.
      if (systemClock.monotonic() >= deadline)
        throw new CommandError(
          `The data folder ${config.dataDir} is in use by ${ownerText(error.owner)}, which does not answer. Wait until it ends, or end it.`,
        );
      await Bun.sleep(lookAgainMs);
    }
  }
}

/** Null when nobody answers at the socket. */
async function joinSession(dir: string): Promise<Session | null> {
  const api = apiOnSocket(dir, socketFile);
  try {
    const { status } = await api.get<{ status: string }>('/api/system/health');
    if (status === 'recovery')
      throw new CommandError(
        `The server of the data folder ${dir} is in recovery mode. Stop it, then run "dynamight doctor --recover".`,
      );
    return { api, watch: api.watch, leave: async () => api.close(), cancelRuns: async () => {} };
  } catch (error) {
    api.close();
    if (error instanceof OwnerGoneError) return null;
    if (error instanceof ApiError) throw new CommandError(error.message);
    throw error;
  }
}
