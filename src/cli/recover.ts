import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { type DamagedFolder, FolderOwnedError, listSnapshots } from '../db/data-folder.ts';
import { inspectSnapshot, putBackSnapshot } from '../db/put-back.ts';
import { snapshotTime } from '../housekeeping.ts';
import { CommandError, exit } from './command.ts';
import type { Io } from './io.ts';
import { openFolder, ownerText } from './owner.ts';
import { programName } from './program.ts';
import { shellWord } from './words.ts';

/** `dynamight doctor --recover [snapshot]`: lists the saved copies, puts the chosen one back. Resolves with the exit code. */
export async function recover(config: Config, wanted: string | undefined, io: Io): Promise<number> {
  const dir = config.dataDir;
  if (!existsSync(dir)) throw new CommandError(`There is no data folder at ${dir}. Name it with --data-dir.`);
  const copies = listSnapshots(dir);
  const chosen = wanted === undefined ? null : findCopy(copies, wanted, dir);
  if (copies.length === 0)
    throw new CommandError(
      `There is no saved copy of the database in ${join(dir, 'snapshots')}. Put back your own copy of the data folder, or move it aside to begin anew. Backups at their destinations are plain files and not affected.`,
    );
  const damaged = openDamaged(config);
  try {
    io.print(damaged.problem);
    const snapshot = chosen ?? (await choose(copies, config, io));
    if (snapshot === null) return exit.ok;
    return putBack(damaged, snapshot, config, io);
  } finally {
    damaged.close();
  }
}

function findCopy(copies: readonly string[], wanted: string, dir: string): string {
  const found = copies.find((path) => path === wanted || basename(path) === basename(wanted));
  if (!found)
    throw new CommandError(
      `There is no saved copy "${wanted}" in ${join(dir, 'snapshots')}. "dynamight doctor --recover" lists them.`,
    );
  return found;
}

/** The folder, locked, if it needs recovery. Throws CommandError when it is in use or healthy. */
function openDamaged(config: Config): DamagedFolder {
  try {
    const folder = openFolder(config, 'doctor --recover', silentLog);
    if (!('main' in folder)) return folder;
    folder.close();
  } catch (error) {
    if (!(error instanceof FolderOwnedError)) throw error;
    throw new CommandError(
      `The data folder is in use by ${ownerText(error.owner)}. Stop it first (systemctl stop dynamight${error.owner ? `, or kill ${error.owner.pid}` : ''}), then run this again.`,
    );
  }
  throw new CommandError(
    'The database is whole: nothing was changed. To go back to a saved copy all the same, stop the server, move dynamight.db aside and run this again.',
  );
}

async function choose(copies: readonly string[], config: Config, io: Io): Promise<string | null> {
  io.print('Saved copies, newest first:');
  for (const [index, path] of copies.entries()) io.print(`  ${index + 1}  ${copyText(path)}`);
  if (!io.canAsk || !io.terminal) {
    const folder = shellWord(config.dataDir);
    io.print(`Put one back with: ${programName()} doctor --recover ${basename(copies[0] ?? '')} --data-dir ${folder}`);
    return null;
  }
  const answer = prompt(`Put back which one? 1 to ${copies.length}, anything else leaves all as it is:`)?.trim() ?? '';
  const picked = /^\d+$/.test(answer) ? copies[Number(answer) - 1] : undefined;
  if (picked === undefined) io.print('Nothing was changed.');
  return picked ?? null;
}

function copyText(path: string): string {
  const at = snapshotTime(path);
  const when = at === null ? '' : `  ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const { problem } = inspectSnapshot(path);
  return `${basename(path)}${when}${problem === null ? '' : '  (damaged as well)'}`;
}

function putBack(damaged: DamagedFolder, snapshot: string, config: Config, io: Io): number {
  const { problem, users } = inspectSnapshot(snapshot);
  if (problem !== null)
    throw new CommandError(
      `${basename(snapshot)} is damaged as well (${problem}). Nothing was changed; choose another.`,
    );
  const aside = putBackSnapshot(damaged.dir, snapshot, systemClock.now());
  io.print(`Put back ${basename(snapshot)}.`);
  if (aside !== null) io.print(`The damaged database is kept as ${aside}.`);
  damaged.close();
  const again = openFolder(config, 'doctor --recover', silentLog);
  again.close();
  if (!('main' in again)) {
    io.say(`The data folder still needs help. ${again.problem}`);
    return exit.failed;
  }
  io.print(
    'What was changed after that copy is lost here; backups at their destinations are not. Everybody signs in anew.',
  );
  if (users === 0) io.print('No user was in it: whoever opens the page first sets it up. Do that now.');
  return exit.ok;
}
