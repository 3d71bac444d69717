import { lstatSync, type Stats } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { requireTool } from '../../system/process/tools.ts';
import { guardedCommand, rsyncArgs } from '../../system/rsync/args.ts';
import type { RsyncHidden } from '../../system/rsync/output.ts';
import { runRsync } from '../../system/rsync/run.ts';
import type { Look } from './looks.ts';
import { displayPath, pathBytes } from './names.ts';
import { surveyTree } from './survey.ts';

/** Names of regular files, and their sizes. */
interface Amount {
  files: number;
  bytes: number;
}

export interface ExcludeFindings {
  /** In the order of the patterns given; what several match counts for the first, as rsync has it. */
  patterns: (Amount & { pattern: string; examples: string[] })[];
  excluded: Amount;
  kept: Amount;
  /** False: the time was up, and these are the counts so far. */
  complete: boolean;
}

interface ExcludeInput {
  /** Absolute, links resolved. */
  sourceDir: string;
  patterns: readonly string[];
  /** Folders below it that are never copied anyway, relative; they count neither way. */
  excludeFolders: readonly string[];
  /** Paths named per pattern, at most. */
  examples: number;
  /** Random. */
  itemMark: string;
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/**
 * What rsync itself would leave out of a source, and by which pattern. Nothing is copied and nothing is made: rsync is
 * told to copy to a folder that is not there, and only to say what it would do.
 */
export async function findExcluded(input: ExcludeInput, look: Look): Promise<ExcludeFindings> {
  const nothing = (): Amount => ({ files: 0, bytes: 0 });
  const found: ExcludeFindings = {
    patterns: input.patterns.map((pattern) => ({ pattern, ...nothing(), examples: [] })),
    excluded: nothing(),
    kept: nothing(),
    complete: false,
  };
  const byPattern = new Map(found.patterns.toReversed().map((one) => [latin1(one.pattern), one]));
  const folders: { path: Buffer; pattern: string }[] = [];
  const source = input.sourceDir === '/' ? '' : input.sourceDir;
  const at = (path: string) => Buffer.concat([Buffer.from(`${source}/`), pathBytes(path)]);
  const count = (pattern: string, files: number, bytes: number) => {
    for (const amount of [found.excluded, byPattern.get(pattern)])
      if (amount) {
        amount.files += files;
        amount.bytes += bytes;
      }
  };
  const onHidden = (readings: RsyncHidden[]) => {
    const hidden = readings.length > 1 ? readings.find(({ path }) => statOf(at(path)) !== null) : readings[0];
    if (!hidden) return; // by a rule of our own
    const examples = byPattern.get(hidden.pattern)?.examples;
    if (examples && examples.length < input.examples)
      examples.push(displayPath(hidden.path) + (hidden.isDir ? '/' : ''));
    if (hidden.isDir) folders.push({ path: at(hidden.path), pattern: hidden.pattern });
    else {
      const stat = statOf(at(hidden.path));
      if (stat?.isFile()) count(hidden.pattern, 1, stat.size);
    }
  };
  try {
    await askRsync(input, look.signal, found.kept, { patterns: new Set(byPattern.keys()), on: onHidden });
    look.signal.throwIfAborted();
    for (const { path, pattern } of folders) {
      const inside = await surveyTree(path, look.signal);
      count(pattern, inside.files, inside.namedBytes);
    }
    found.complete = true;
  } catch (error) {
    if (!look.late()) throw error;
  }
  return found;
}

async function askRsync(
  input: ExcludeInput,
  signal: AbortSignal,
  kept: Amount,
  hidden: { patterns: ReadonlySet<string>; on(readings: RsyncHidden[]): void },
): Promise<void> {
  const args = rsyncArgs({
    sourceDir: input.sourceDir,
    landing: input.itemMark,
    filesystem: 'fat', // names and sizes alone: access lists and attributes would only be read in vain
    excludePatterns: input.patterns,
    excludeFolders: input.excludeFolders,
    checksum: false,
    sparse: false,
    bandwidthLimitKbps: null,
    deleteExtraneous: false,
    backupDir: null,
    dryRun: true,
    pass: 'copy',
    listUnchanged: false,
    tellHidden: true,
    itemMark: input.itemMark,
  });
  const tools = { setpriv: requireTool('setpriv', 'util-linux'), flock: '', rsync: requireTool('rsync', 'rsync') };
  const ended = await runRsync({
    argv: guardedCommand(tools, null, args),
    cwd: '/',
    itemMark: input.itemMark,
    signal,
    onItem(item) {
      if (item.kind !== 'file') return;
      kept.files += 1;
      kept.bytes += item.size;
    },
    onProgress() {},
    onComplaint() {},
    hidden,
  });
  if (ended.stats === null && !signal.aborted)
    throw new AppError('unavailable', `rsync could not look through ${input.sourceDir}: ${ended.lastWords}`);
}

function statOf(path: Buffer): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null; // gone meanwhile
  }
}
