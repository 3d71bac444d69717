import type { Capabilities } from '../storage/driver.ts';
import { decide } from './decide.ts';
import type { DestinationEntry } from './destination.ts';
import { createFrames, type Frame, newFrame } from './frames.ts';
import type { Journal } from './journal.ts';
import { type Batch, march } from './march.ts';
import { bytesOf, inFolder, nameOf, shown, textOf } from './names.ts';
import type { SourceEntry, SourceProblem } from './source.ts';
import { type Operation, type Spool, spooledFile, spooledRemote } from './spool.ts';
import type { PlanTotals } from './totals.ts';

export interface SyncOptions {
  /** Removes at the destination what the sources do not have. */
  deleteExtraneous: boolean;
  /** Equal sizes and times are not believed where something else of a file changed. */
  checksum: boolean;
  /** Tells what would be done; writes nothing. */
  dryRun: boolean;
  /** Also tells what is up to date. */
  verbose: boolean;
}

/** What is to be done, in the order of doing: uploads, removals (files, then folders), and what had to wait for these. */
export interface Spools {
  work: Spool;
  removals: Spool;
  folders: Spool;
  late: Spool;
}

export interface PlanLook {
  /** Every file that would be removed, once; folders go with what is in them, untold. `path` is latin1. */
  onDeletion?(landing: string, path: string): void;
  /** Every regular file of the sources, changed or not; `size` in bytes. */
  onFile?(file: { landing: string; path: string; action: 'new' | 'changed' | 'unchanged'; size: number }): void;
  onProblem?(problem: { landing: string; path: string; level: 'warning' | 'error'; message: string }): void;
}

interface LandingPlan {
  index: number;
  /** As the service spells it. */
  landing: string;
  source: AsyncIterable<Batch<SourceEntry>>;
  destination: AsyncIterable<Batch<DestinationEntry>>;
  capabilities: Capabilities;
  /** Folders are told by the destination's listings. */
  foldersListed: boolean;
  journal: Journal;
  options: SyncOptions;
  spools: Spools;
  totals: PlanTotals;
  look: PlanLook;
}

/** Why a service cannot hold a path, as the end of a sentence; null when it can. `path` is below the landing. */
export function pathTrouble(capabilities: Capabilities, landing: string, path: string): string | null {
  const text = textOf(path);
  if (text === null) return 'its name is not valid UTF-8, which this kind of destination cannot hold';
  const problem = capabilities.pathProblem(inFolder(landing, text));
  return problem === null ? null : `${shown(nameOf(path))} ${problem}, and cannot be kept at this destination`;
}

/**
 * Marches one landing and writes down what is to be done. Answers whether the removals noted may be done: not when the
 * destination's list broke off.
 */
export async function planLanding(plan: LandingPlan): Promise<{ removalsHold: boolean }> {
  const { capabilities, journal, landing, options, spools, totals, look, index } = plan;
  const real = capabilities.folders === 'real';
  const landingBytes = bytesOf(landing);
  const list = { files: 0, bytes: 0, whole: true };
  let removalsHold = true;
  /** Folders there whose list is not whole. */
  const brokenThere = new Set<string>();

  const spool = (operation: Operation, late = false): void => (late ? spools.late : spools.work).add(operation);
  const problem = ({ path, level, message }: Pick<SourceProblem, 'path' | 'level' | 'message'>): void => {
    look.onProblem?.({ landing, path, level, message });
    spool({ is: 'problem', landing: index, path, level, message });
  };
  const tell = (path: string, action: 'new' | 'unchanged', kind: 'file' | 'dir' | 'link' | 'other', size = 0): void =>
    spool({ is: 'tell', landing: index, path, action, kind, size });

  const frames = createFrames(newFrame({ key: '', source: '', there: landing }), leave);

  /** Rows of the folder; asking takes what it asks for, so that in the end only what nobody has is left. */
  function takeRow(frame: Frame, name: string) {
    if (frame.source === null) return null;
    frame.rows ??= journal.folder(inFolder(landingBytes, frame.source));
    const row = frame.rows.get(name);
    if (!row) return null;
    frame.rows.delete(name);
    return row;
  }

  function leave(frame: Frame, parent: Frame): void {
    if (frame.rows && frame.source !== null) {
      const folder = inFolder(landingBytes, frame.source);
      for (const name of frame.rows.keys()) spool({ is: 'forget', landing: index, path: inFolder(folder, name) });
      frame.rows = null;
    }
    if (frame.key === '') return;
    if (brokenThere.delete(frame.key)) frame.stays = true;
    if (frame.stays) parent.stays = true;
    if (frame.filled) parent.filled = true;
    if (frame.source !== null) {
      if (real && frame.there === null && !frame.filled && !frame.stuck) {
        spool({ is: 'make_folder', landing: index, path: frame.source }, frame.late);
        parent.filled = true;
      }
    } else if (real && options.deleteExtraneous && !frame.stays && frame.there !== null)
      spools.folders.add({ is: 'remove_folder', landing: index, path: '', at: frame.there });
  }

  /** A flat list tells no folders: those on the way to a file that the source does not have. */
  function enterImplied(key: string, there: string): Frame {
    let frame = frames.at(key);
    for (let end = key.indexOf('/', frame.key.length); end !== -1; end = key.indexOf('/', end + 1)) {
      const folder = key.slice(0, end + 1);
      frame = newFrame({ key: folder, source: null, there: folderAt(there, landing, folder.split('/').length - 1) });
      frames.enter(frame);
    }
    return frame;
  }

  function file(entry: SourceEntry, there: DestinationEntry | null, frame: Frame, unknown: boolean): void {
    const { size, path } = entry;
    totals.files += 1;
    totals.bytes += size;
    list.files += 1;
    list.bytes += size;
    const row = takeRow(frame, nameOf(path));
    const fails = (message: string | null): void => {
      totals.failedFiles += 1;
      frame.stays = true;
      look.onFile?.({ landing, path, action: 'unchanged', size });
      if (message !== null) problem({ path, level: 'error', message });
    };
    // The folder was named already.
    if (unknown || frame.stuck) return fails(null);
    const found = there?.entry ?? null;
    const decision = decide({ source: entry, row, there: found, checksum: options.checksum, capabilities });
    if (decision.do === 'unchanged') {
      frame.filled = true;
      totals.unchangedFiles += 1;
      look.onFile?.({ landing, path, action: 'unchanged', size });
      if (options.verbose) tell(path, 'unchanged', 'file', size);
      return;
    }
    const trouble = pathTrouble(capabilities, landing, path);
    if (trouble !== null) return fails(trouble);
    if (decision.do === 'problem') return fails(decision.message);
    frame.filled = true;
    const about = { landing: index, path, file: spooledFile(entry) };
    const action = decision.do === 'upload' ? (found ? 'changed' : 'new') : 'unchanged';
    if (decision.do === 'adopt') {
      totals.unchangedFiles += 1;
      look.onFile?.({ landing, path, action, size });
      spool({ is: 'adopt', ...about, there: spooledRemote((there as DestinationEntry).entry) });
      return;
    }
    if (decision.do === 'compare') {
      totals.compareFiles += 1;
      totals.compareBytes += size;
      look.onFile?.({ landing, path, action, size });
      const { kind, hex, same, why } = decision;
      spool({ is: 'compare', ...about, kind, hex, same, why, there: spooledRemote((there as DestinationEntry).entry) });
      return;
    }
    const upload = (late: boolean): void => {
      totals.transferFiles += 1;
      totals.transferBytes += size;
      look.onFile?.({ landing, path, action, size });
      spool({ is: 'upload', ...about, why: decision.why, replaces: found !== null }, late);
    };
    if (found || !real) return upload(frame.late);
    frames.hold({
      key: entry.key,
      settle(clash) {
        if (!clash) upload(frame.late);
        else if (options.deleteExtraneous && !clash.stays) upload(true);
        else if (options.deleteExtraneous)
          fails(`${folderInTheWay} It holds what is not to be removed; move that away.`);
        else fails(`${folderInTheWay} Let the job delete what the source does not have, or remove the folder there.`);
      },
    });
  }

  await march(plan.source, plan.destination, {
    incomplete(side, key) {
      if (side === 'source') list.whole = false;
      // What was noted before the list broke off rests on a list that nobody can vouch for.
      else if (key === '') removalsHold = false;
      else brokenThere.add(key);
    },
    sourceOnly(entry, unknown) {
      const frame = frames.at(entry.key);
      if (entry.kind === 'dir') {
        const namesake = frames.namesake(entry.key);
        const below = newFrame({ key: entry.key, source: entry.path, there: null }, frame, namesake !== undefined);
        if (namesake?.blocks && !below.stuck) problem({ path: entry.path, level: 'error', message: fileInTheWay });
        below.stuck ||= unknown || namesake?.blocks === true;
        frames.enter(below);
        if (real && plan.foldersListed && !below.stuck) tell(entry.path, 'new', 'dir');
      } else if (entry.kind === 'file') file(entry, null, frame, unknown);
      else if (entry.kind === 'unknown') takeRow(frame, nameOf(entry.path));
      else tell(entry.path, 'unchanged', entry.kind);
    },
    both(entry, there) {
      const frame = frames.at(entry.key);
      if (entry.kind === 'dir') {
        frame.filled = true;
        const below = newFrame({ key: entry.key, source: entry.path, there: there.entry.path }, frame);
        frames.enter(below);
        if (options.verbose) tell(entry.path, 'unchanged', 'dir');
        return;
      }
      if (there.entry.kind === 'file' && !there.excluded) totals.filesThere += 1;
      if (entry.kind === 'file') file(entry, there, frame, false);
      else takeRow(frame, nameOf(entry.path));
    },
    destinationOnly(there, unknown) {
      const { key, path, entry, excluded } = there;
      const frame = plan.foldersListed ? frames.at(key) : enterImplied(key, entry.path);
      const stays = unknown || excluded || !options.deleteExtraneous;
      if (entry.kind === 'folder') {
        const below = newFrame({ key, source: null, there: entry.path });
        below.stays = stays;
        frames.enter(below);
        return;
      }
      // What is there keeps its row until it is removed.
      takeRow(frame, nameOf(path));
      if (entry.kind === 'file' && !excluded) totals.filesThere += 1;
      const blocks = entry.kind !== 'file' || unknown || excluded;
      if (blocks || !options.deleteExtraneous) frame.stays = true;
      const remove = () => spools.removals.add({ is: 'remove', landing: index, path, at: entry.path });
      if (!real) {
        if (!blocks && options.deleteExtraneous) remove();
        return;
      }
      frames.hold({
        key,
        blocks,
        settle(clash) {
          // A file in the place of a folder makes way as a changed file does, whether or not anything is deleted.
          if (!blocks && (clash || options.deleteExtraneous)) remove();
        },
      });
    },
  });
  frames.end();
  totals.lists.set(landing, list);
  return { removalsHold };
}

const folderInTheWay = 'A folder of this name is in the way at the destination.';
const fileInTheWay =
  'Something of this name at the destination is no folder and is not to be touched: nothing of this folder was sent.';

/** The folder `depth` names below the landing, of a path as the service spells it. */
function folderAt(path: string, landing: string, depth: number): string {
  const above = landing === '' ? 0 : landing.split('/').length;
  return path
    .split('/')
    .slice(0, above + depth)
    .join('/');
}
