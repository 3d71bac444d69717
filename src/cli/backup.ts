import { resolve } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import type { DeletionView, RunErrorView, RunView } from '../features/backups/schema.ts';
import { chooseJob, runRequest, type Wanted } from './backup-job.ts';
import { sourceFolder, targetFolder, targetRoot } from './backup-paths.ts';
import { type Api, ApiError, OwnerGoneError } from './client.ts';
import { type Args, type Command, CommandError, exit, UsageError } from './command.ts';
import { configFrom, folderOptions } from './config-flags.ts';
import { barViewer, followRun, isOver, jsonViewer, lineViewer, type Viewer } from './follow.ts';
import type { Io } from './io.ts';
import { openSession, type Session } from './owner.ts';
import { programName } from './program.ts';
import { onStopSignal } from './signals.ts';
import { deletionsShown, errorsShown, exitCodeOf, summaryLines } from './summary.ts';
import { shellWord } from './words.ts';

export const backup: Command = {
  usage: ['backup [OPTIONS] SOURCE... DESTINATION'],
  about: `Copies each SOURCE folder into DESTINATION/<name of the source>, as plain files, and checks the result.
The folders are remembered as a job: the same call again copies only what changed. Options hold for this run;
those of the call that makes the job stay with it (except --dry-run).

Exit codes: 0 completed, 3 some files could not be copied, 1 failed, 2 wrong call, 130 cancelled.`,
  options: {
    exclude: {
      type: 'string',
      multiple: true,
      value: 'PATTERN',
      help: 'Leave out what matches (as rsync); repeatable',
    },
    delete: { type: 'boolean', help: 'Remove from the backup what the source does not have any more' },
    'dry-run': { type: 'boolean', help: 'Only tell what would be done' },
    name: { type: 'string', value: 'NAME', help: 'Name of the job' },
    confirm: { type: 'string', value: 'TOKEN', help: 'Overrule, once, what stopped the last run' },
    json: { type: 'boolean', help: 'One JSON object per line on standard output; the last one is the run' },
    ...folderOptions,
  },
  examples: [
    'dynamight backup ~/Pictures ~/Documents /mnt/usb/backup',
    "dynamight backup --delete --exclude '*.tmp' /srv/data /mnt/usb",
  ],
  async run(args, io) {
    if (args.words.length < 2) throw new UsageError('Name at least one source and the destination');
    const config = configFrom(args, io, { LOG_LEVEL: 'warning' });
    const wanted = wantedFrom(args, io);
    const log = createLog(config.logLevel, (line) => io.log(line), systemClock.now);
    const session = await openSession({ config, command: 'backup', log });
    const stop = stopper(io, session);
    try {
      return await backUp(session, wanted, args, io, stop);
    } catch (error) {
      if (error instanceof ApiError) throw new CommandError(error.message);
      if (error instanceof OwnerGoneError)
        throw new CommandError(
          `${error.message}. Start it again and look at the run there, or run this command again.`,
        );
      throw error;
    } finally {
      await stop.leave();
    }
  },
};

function wantedFrom(args: Args, io: Io): Wanted {
  const typed = args.words.slice(0, -1);
  const name = args.text('name')?.trim();
  if (name === '') throw new UsageError('--name must not be empty');
  return {
    sources: [...new Set(typed.map((word) => sourceFolder(word, io.cwd)))],
    target: targetFolder(args.words.at(-1) ?? '', io.cwd),
    name,
    excludes: args.list('exclude'),
    delete: args.flag('delete'),
    dryRun: args.flag('dry-run'),
  };
}

async function backUp({ api, watch }: Session, wanted: Wanted, args: Args, io: Io, stop: Stopper): Promise<number> {
  const { job, note } = await chooseJob(api, wanted);
  if (note) io.say(note);
  if (stop.asked()) return exit.cancelled;
  const started = await api.post<{ run_id: number }>(
    `/api/jobs/${job.id}/run`,
    runRequest(wanted, args.text('confirm')),
  );
  stop.running(() => api.post(`/api/jobs/${job.id}/cancel`));
  const run = await followRun({ api, watch }, started.run_id, viewerFor(args, io, api));
  const lines = summaryLines({
    run,
    errors: await firstErrors(api, run),
    deletions: await firstDeletions(api, run),
    destination: targetRoot(wanted.target),
    command: typedCommand(wanted, args, io.cwd),
  });
  // In JSON mode standard output belongs to the objects; a failure is told where failures are told.
  const tell = args.flag('json') || run.status !== 'completed' ? io.say : io.print;
  for (const line of lines) tell(line);
  return exitCodeOf(run);
}

function viewerFor(args: Args, io: Io, api: Api): Viewer {
  if (args.flag('json')) return jsonViewer(io, api);
  return io.terminal ? barViewer(io) : lineViewer(io, systemClock.monotonic);
}

async function firstErrors(api: Api, run: RunView): Promise<RunErrorView[]> {
  if (!isOver(run) || run.error_count + run.warning_count === 0) return [];
  return api.get<RunErrorView[]>(`/api/runs/${run.id}/errors?limit=${errorsShown}`);
}

/** One more than are shown: then it is known whether there are more. */
async function firstDeletions(api: Api, run: RunView): Promise<DeletionView[]> {
  if (run.reason !== 'too_many_deletions') return [];
  return api.get<DeletionView[]>(`/api/runs/${run.id}/deletions?limit=${deletionsShown + 1}`);
}

/** The call as it was, without an earlier confirmation, with absolute folders: it works from any place. */
function typedCommand(wanted: Wanted, args: Args, cwd: string): string {
  const dataDir = args.text('data-dir');
  return [
    programName(),
    'backup',
    ...(wanted.delete ? ['--delete'] : []),
    ...(wanted.excludes ?? []).map((pattern) => `--exclude=${shellWord(pattern)}`),
    ...(wanted.name === undefined ? [] : [`--name=${shellWord(wanted.name)}`]),
    ...(dataDir === undefined ? [] : [`--data-dir=${shellWord(resolve(cwd, dataDir))}`]),
    ...[...wanted.sources, targetRoot(wanted.target)].map(shellWord),
  ].join(' ');
}

interface Stopper {
  /** Somebody wants this to end. */
  asked(): boolean;
  /** From now on a signal cancels this run. */
  running(cancel: () => Promise<unknown>): void;
  /** Gives the folder back once nothing runs in this process; a signal cancels what others started meanwhile. */
  leave(): Promise<void>;
}

/** Ctrl-C: the first cancels the run and waits for it, the second ends the process at once. */
function stopper(io: Io, session: Session): Stopper {
  let asked = false;
  let cancel: (() => Promise<unknown>) | null = null;
  // A run that is over already cannot be cancelled: how it ended is told anyway.
  const cancelNow = () => void cancel?.().catch(() => {});
  const release = onStopSignal(() => {
    asked = true;
    io.say('Cancelling. Press Ctrl-C again to end at once.');
    cancelNow();
  });
  return {
    asked: () => asked,
    running(next) {
      cancel = next;
      if (asked) cancelNow();
    },
    async leave() {
      cancel = () => session.cancelRuns();
      const long = setTimeout(() => io.say('Waiting for the runs that others started meanwhile.'), 3000);
      await session.leave().finally(() => clearTimeout(long));
      release();
    },
  };
}
