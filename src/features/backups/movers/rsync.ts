import { lstatSync } from 'node:fs';
import { errnoOf } from '../../../core/errors.ts';
import { syncFilesystem } from '../../../system/mounts/flush.ts';
import { spaceOf } from '../../../system/mounts/space.ts';
import { requireTool } from '../../../system/process/tools.ts';
import {
  type FilesystemKind,
  guardedCommand,
  lockBusyCode,
  type RsyncOptions,
  rsyncArgs,
} from '../../../system/rsync/args.ts';
import { type RsyncComplaint, type RsyncItem, shrankErrno } from '../../../system/rsync/output.ts';
import { type RsyncResult, runRsync } from '../../../system/rsync/run.ts';
import { fileMeant } from '../../../system/rsync/temporary.ts';
import type { SyncOptions } from '../model.ts';
import { pathBytes } from '../names.ts';
import type { Reason } from '../reasons.ts';
import { isVacant, surveyTree } from '../survey.ts';
import type { Mover, MoverPlan, MoverResult, MoverSink } from './mover.ts';
import { createSetHash } from './set-hash.ts';

export interface RsyncMoverInput {
  /** Open handle of the destination's root: the working directory of every rsync. */
  handle: number;
  /** The root's path, only to shorten the names in rsync's complaints. */
  root: string;
  sources: readonly {
    /** Absolute, links resolved. */
    sourceDir: string;
    landing: string;
    /** Folders below it that are never copied, relative. */
    excludeFolders: readonly string[];
  }[];
  options: SyncOptions;
  filesystem: FilesystemKind;
  /** Relative to the root; null takes no lock (dry runs write nothing, so they need none). */
  lockFile: string | null;
  /** Folder for replaced and deleted files, relative to the root, one subfolder per landing; null keeps none. */
  historyDir: string | null;
  /** Begins every item line: random, so that no file name can pass for one. */
  itemMark: string;
}

const ENOSPC = 28;
const EROFS = 30;
const EIO = 5;
const EDQUOT = 122;
/** Codes of a broken pipe, a dead child or a timeout: worth another try. */
const retryable = new Set([10, 12, 30, 35]);
const tries = 3;

/** rsync, once per source into its landing; with several sources deleting is a pass of its own at the end. */
export function createRsyncMover(input: RsyncMoverInput): Mover {
  const cwd = `/proc/${process.pid}/fd/${input.handle}`;
  const tools = () => ({
    setpriv: requireTool('setpriv', 'util-linux'),
    flock: requireTool('flock', 'util-linux'),
    rsync: requireTool('rsync', 'rsync'),
  });
  const { options } = input;
  const several = input.sources.length > 1;
  // Holes are looked for where the sources are looked through anyway; small later runs can afford not to know.
  let sparse = true;

  /** Then the sources themselves tell what will be written, in half the time rsync takes to tell it. */
  const everythingIsNew = () =>
    options.exclude_patterns.length === 0 &&
    input.sources.every(({ landing, excludeFolders }) => excludeFolders.length === 0 && isVacant(`${cwd}/${landing}`));

  const call = (
    source: RsyncMoverInput['sources'][number],
    over: Pick<RsyncOptions, 'pass' | 'dryRun' | 'deleteExtraneous'> & { listUnchanged?: boolean },
    signal: AbortSignal,
    on: {
      item(item: RsyncItem): void;
      progress?(bytes: number, files: number | null): void;
      complaint?(complaint: RsyncComplaint): void;
    },
  ): Promise<RsyncResult> => {
    const up = source.landing
      .split('/')
      .map(() => '..')
      .join('/');
    const args = rsyncArgs({
      sourceDir: source.sourceDir,
      landing: source.landing,
      filesystem: input.filesystem,
      excludePatterns: options.exclude_patterns,
      excludeFolders: source.excludeFolders,
      checksum: options.checksum,
      sparse,
      bandwidthLimitKbps: options.bandwidth_limit_kbps,
      backupDir: input.historyDir === null ? null : `${up}/${input.historyDir}/${source.landing}`,
      listUnchanged: options.verbosity === 'verbose',
      itemMark: input.itemMark,
      ...over,
    });
    return runRsync({
      argv: guardedCommand(tools(), over.dryRun ? null : input.lockFile, args),
      cwd,
      itemMark: input.itemMark,
      signal,
      onItem: on.item,
      onProgress: on.progress ?? (() => {}),
      onComplaint: on.complaint ?? (() => {}),
    });
  };

  return {
    async plan(signal, { measure = false, onDeletion, onFile, onSource } = {}) {
      const total: MoverPlan = {
        files: 0,
        bytes: 0,
        transferFiles: 0,
        transferBytes: 0,
        roomBytes: 0,
        deletions: 0,
        filesThere: 0,
        deletionsHash: '',
      };
      const deletions = createSetHash();
      const surveys = [];
      for (const source of input.sources) {
        const survey = await surveyTree(source.sourceDir, signal);
        onSource?.(source.landing, survey);
        surveys.push(survey);
      }
      sparse = surveys.some((survey) => survey.sparse);
      if (!onFile && everythingIsNew()) {
        for (const { files, bytes, occupiedBytes } of surveys) {
          total.files += files;
          total.transferFiles += files;
          total.bytes += bytes;
          total.transferBytes += bytes;
          total.roomBytes += occupiedBytes;
        }
        return total;
      }
      for (const source of input.sources) {
        let fresh = 0;
        let occupied = 0;
        const result = await call(
          source,
          {
            pass: options.delete_extraneous || measure || onFile ? 'copy' : 'count',
            dryRun: true,
            deleteExtraneous: options.delete_extraneous,
            listUnchanged: onFile !== undefined,
          },
          signal,
          {
            item(item) {
              if (item.action === 'deleted') {
                if (item.kind === 'dir') return;
                deletions.add(Buffer.concat([Buffer.from(`${source.landing}\0`), pathBytes(item.path)]));
                onDeletion?.(source.landing, item.path);
                return;
              }
              if (item.kind === 'file') onFile?.({ ...item, landing: source.landing });
              if (item.kind === 'file' && item.action === 'new') fresh += 1;
              if (measure && item.kind === 'file' && (item.action === 'new' || item.action === 'changed'))
                occupied += occupiedBytes(source.sourceDir, item);
            },
          },
        );
        signal.throwIfAborted();
        const { stats } = result;
        if (!stats) continue; // the real run will say what is wrong with this source
        total.files += stats.files;
        total.bytes += stats.bytes;
        total.transferFiles += stats.transferredFiles;
        total.transferBytes += stats.transferredBytes;
        total.roomBytes += measure ? occupied : stats.transferredBytes;
        total.deletions += stats.deletedFiles;
        total.filesThere += stats.files - fresh + stats.deletedFiles;
      }
      total.deletionsHash = deletions.hex();
      return total;
    },

    async apply(signal, sink) {
      const result: MoverResult = { lists: new Map(), deletedFiles: 0, brokeOff: false, failure: null };
      const done = { bytes: 0, files: 0 };
      sink.phase('transferring');
      for (const source of input.sources) {
        const ended = await copy(source, signal, sink, done, result);
        if (ended || signal.aborted) return result;
      }
      if (!several || !options.delete_extraneous || result.lists.size < input.sources.length) return result;
      sink.phase('deleting');
      for (const source of input.sources) {
        const complaints = listener(source, sink);
        const run = await call(
          source,
          { pass: 'delete-only', dryRun: options.dry_run, deleteExtraneous: true },
          signal,
          {
            item: (item) => {
              if (item.action === 'deleted') sink.item({ ...item, landing: source.landing });
            },
            complaint: complaints.hear,
          },
        );
        if (signal.aborted) return result;
        result.deletedFiles += run.stats?.deletedFiles ?? 0;
        result.failure = await stopOf(run, complaints.errnos);
        if (result.failure) return result;
        complaints.account(run);
      }
      return result;
    },

    flush: () => syncFilesystem(input.handle),
  };

  /** Copies one source. True when the whole run must stop here. */
  async function copy(
    source: RsyncMoverInput['sources'][number],
    signal: AbortSignal,
    sink: MoverSink,
    done: { bytes: number; files: number },
    result: MoverResult,
  ): Promise<boolean> {
    let last: string | null = null;
    for (let attempt = 1; ; attempt++) {
      const before = { ...done };
      let interrupted = last;
      const complaints = listener(source, sink);
      const run = await call(
        source,
        {
          pass: 'copy',
          dryRun: options.dry_run,
          deleteExtraneous: options.delete_extraneous && !several,
        },
        signal,
        {
          item(item) {
            // The file in flight when an attempt broke off is announced again by the next one.
            if (interrupted !== null && item.path === interrupted) interrupted = null;
            else sink.item({ ...item, landing: source.landing });
            last = item.path;
          },
          progress(bytes, files) {
            done.bytes = before.bytes + bytes;
            if (files !== null) done.files = before.files + files;
            sink.progress(done.bytes, done.files);
          },
          complaint: complaints.hear,
        },
      );
      if (signal.aborted) return true;
      if (run.code !== null && retryable.has(run.code) && attempt < tries) {
        result.brokeOff = true;
        continue;
      }
      result.failure = await stopOf(run, complaints.errnos);
      if (result.failure) return true;
      if (run.stats) result.lists.set(source.landing, { files: run.stats.files, bytes: run.stats.bytes });
      result.deletedFiles += run.stats?.deletedFiles ?? 0;
      complaints.account(run);
      return false;
    }
  }

  /** The system has one word for a drive without room and for one that has room but can take no more files. */
  async function stopOf(run: RsyncResult, errnos: ReadonlySet<number>): Promise<MoverResult['failure']> {
    const failure = failureOf(run, errnos);
    if (failure?.reason !== 'no_space') return failure;
    const space = await spaceOf(cwd).catch(() => null);
    if (space?.freeInodes !== 0) return failure;
    const message = 'The destination cannot take any more files, however small. Remove some there and run again.';
    return { ...failure, message };
  }

  /** Names what one rsync complains of. What names no path is told by the exit code, and another try may mend it. */
  function listener({ landing, sourceDir }: RsyncMoverInput['sources'][number], sink: MoverSink) {
    const errnos = new Set<number>();
    const trees = [sourceDir, `${input.root}/${landing}`];
    let explained = 0;
    return {
      errnos,
      hear({ level, path, temporary, message, errno }: RsyncComplaint): void {
        if (errno !== null) errnos.add(errno);
        if (path === null) return;
        if (level === 'error' || errno === shrankErrno) explained += 1;
        const relative = relativeName(path, trees);
        sink.problem({ landing, path: temporary ? fileMeant(sourceDir, relative) : relative, level, message });
      },
      /** Something failed and nothing was named: then the whole landing is. */
      account(run: RsyncResult): void {
        if (run.code === 23 && explained === 0)
          sink.problem({ landing, path: '', level: 'error', message: run.lastWords });
      },
    };
  }
}

/** What a file takes on the disk; its size where that cannot be told. */
function occupiedBytes(sourceDir: string, item: RsyncItem): number {
  try {
    const stat = lstatSync(Buffer.concat([Buffer.from(`${sourceDir}/`), Buffer.from(item.path, 'latin1')]));
    return Math.min(stat.size, stat.blocks * 512);
  } catch {
    return item.size;
  }
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** A path as rsync names it, relative to the tree it lies in. */
function relativeName(path: string, trees: readonly string[]): string {
  for (const tree of trees.map(latin1)) {
    if (path === tree) return '';
    if (path.startsWith(`${tree}/`)) return path.slice(tree.length + 1);
  }
  return path.replace(/^\.?\//, '');
}

/** Why a run cannot go on after this rsync; null when it can (everything copied, or single files failed). */
export function failureOf(run: RsyncResult, errnos: ReadonlySet<number>): { reason: Reason; message: string } | null {
  const words = run.lastWords.replace(/ at \w+\.c\(\d+\).*$/, '');
  if (run.code === 0 || run.code === 24) return null;
  if (run.code === lockBusyCode)
    return {
      reason: 'overlap',
      message: 'Another program is writing to this destination. Try again when it has finished.',
    };
  if (errnos.has(ENOSPC))
    return { reason: 'no_space', message: 'The destination is full. Free some space there and run again.' };
  if (errnos.has(EDQUOT)) return { reason: 'quota', message: 'The quota at the destination is used up.' };
  if (errnos.has(EROFS))
    return {
      reason: 'destination_read_only',
      message: 'The destination can only be read. Check the drive: it may be failing.',
    };
  if (run.code === 23) return null;
  if (run.code === 11 || errnos.has(EIO))
    return { reason: 'io_error', message: `Reading or writing failed: ${words || 'input/output error'}` };
  if (run.code === null) return { reason: 'interrupted', message: 'rsync was ended by a signal.' };
  return { reason: 'internal', message: words || `rsync ended with code ${run.code}` };
}

/** Is this error the system's word for a full disk. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '');
