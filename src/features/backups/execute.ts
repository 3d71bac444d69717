import { type Clock, toIso } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import type { ProgressMeter } from '../../work/progress.ts';
import { createDeletionList } from './deletion-list.ts';
import { guardDeletions, guardSpace } from './guards.ts';
import type { JobRow, JobStore } from './jobs.store.ts';
import type { LogStore } from './logs.store.ts';
import { type Marker, withJob } from './marker.ts';
import type { SourceState } from './model.ts';
import type { Mover, MoverItem, MoverResult, MoverSink } from './movers/mover.ts';
import { displayPath } from './names.ts';
import { type Prepared, prepareRun } from './prepare.ts';
import { proveWritten } from './prove.ts';
import type { Reason } from './reasons.ts';
import type { Recorder } from './recorder.ts';
import type { RunRow } from './runs.store.ts';
import type { RemotePorts } from './sites/remote.ts';
import { RunStop } from './stop.ts';
import { nextVersionKey } from './version-key.ts';
import { createWrittenList, type WrittenList } from './written.ts';

/** The steps of a run, in order. */
export const runSteps = [
  'pending',
  'running',
  'prepared',
  'looked',
  'claimed',
  'copying',
  'copied',
  'proven',
  'remembered',
  'ending',
  'ended',
] as const;
export type RunStep = (typeof runSteps)[number];

export interface ExecuteDeps {
  jobs: JobStore;
  clock: Clock;
  ids: Ids;
  dataDir: string;
  /** Takes the list of what a stopped run would have deleted. */
  logs: Pick<LogStore, 'addDeletions' | 'dropDeletions'>;
  appliance: { id: string; name: string };
  /** Called at each named step; for tests that stop the world there. */
  step(step: RunStep): void;
  /** Throws RunStop when a real path lies outside what this job may touch. */
  allowed(realPath: string): void;
  remote: RemotePorts;
  /** How long runs of this job took lately, in milliseconds; null while there are none to go by. */
  usualMs(): number | null;
}

/** One attempt: what it works on and where it reports. */
interface Attempt {
  run: RunRow;
  job: JobRow;
  /** Findings a person confirmed; see RunStop. */
  overruled: ReadonlySet<string>;
  /** Aborted with a RunStop when the destination goes away, with anything else when somebody cancels. */
  controller: AbortController;
  /** What filesystems said when the run was queued; asking again starts child processes. */
  answers: FilesystemAnswers;
  recorder: Recorder;
  progress: ProgressMeter;
  phase(phase: NonNullable<RunRow['phase']>): void;
}

/** What a run did. Counts are of files that were found at the destination afterwards (in a dry run: would be). */
export interface Outcome {
  filesTransferred: number;
  bytesTransferred: number;
  filesDeleted: number;
  /** Regular files and bytes in the lists the run worked from; null when no list was complete. */
  filesTotal: number | null;
  bytesTotal: number | null;
  failure: { reason: Reason; message: string } | null;
}

/** How often the destination is looked at while files are being written. */
const watchMs = 2000;
/** Free space beyond the size of all sources with which a look before the copy is not needed. */
const spareBytes = 256 * 1024 * 1024;

interface Work extends Prepared {
  attempt: Attempt;
  deps: ExecuteDeps;
  mover: Mover;
  versionKey: string;
  /** Of the marker, or of the one to be written. */
  destinationId: string;
}

/**
 * Does one run of a job: guards, copy, everything on the medium, a look at everything written, and a look whether it is
 * still the same destination. Throws RunStop when a guard stops it or the drive goes away; files written by then are
 * whole. When `controller` is aborted it settles only after everything has ended.
 */
export async function executeRun(attempt: Attempt, deps: ExecuteDeps): Promise<Outcome> {
  const { run, job } = attempt;
  const { signal } = attempt.controller;
  attempt.phase('scanning');
  const prepared = await prepareRun({
    job: { ...job, syncOptions: run.syncOptions },
    jobs: deps.jobs,
    dryRun: run.dryRun,
    overruled: attempt.overruled,
    answers: attempt.answers,
    allowed: deps.allowed,
    dataDir: deps.dataDir,
    applianceId: deps.appliance.id,
    ids: deps.ids,
    remote: deps.remote,
    signal,
  });
  const { site, sources, marker } = prepared;
  try {
    signal.throwIfAborted();
    deps.step('prepared');
    const versionKey = nextVersionKey(deps.jobs.lastKey(job.id), deps.clock.now(), deps.ids.hex(3));
    const destinationId = marker?.destination_id ?? deps.ids.uuid();
    const mover = site.mover({
      sources,
      options: { ...run.syncOptions, dry_run: run.dryRun },
      versionKey,
      destinationId: marker || !run.dryRun ? destinationId : null,
    });
    const work: Work = { ...prepared, attempt, deps, mover, versionKey, destinationId };
    return run.dryRun ? await tell(work) : await moveAndProve(work);
  } finally {
    await site.close();
  }
}

/** A dry run: what would be done, counted as it would be counted. */
async function tell(work: Work): Promise<Outcome> {
  const counted = emptyCounts();
  const result = await move(work, (item) => {
    counted.filesTransferred += 1;
    counted.bytesTransferred += item.size;
  });
  work.attempt.controller.signal.throwIfAborted();
  return { ...counted, ...totals(result) };
}

const emptyCounts = () => ({ filesTransferred: 0, bytesTransferred: 0 });

async function moveAndProve(work: Work): Promise<Outcome> {
  const { attempt, site, deps } = work;
  const { controller } = attempt;
  const begunAt = deps.clock.now();
  if (typeof work.known?.unfinishedSince === 'number') await sweep(work, work.known.unfinishedSince);
  await lookAhead(work);
  deps.step('looked');
  const written = site.lookUp && createWrittenList(deps.dataDir, attempt.run.uuid);
  const watch = setInterval(() => {
    try {
      site.check();
    } catch (error) {
      controller.abort(error);
    }
  }, watchMs);
  try {
    await claim(work);
    deps.step('claimed');
    const counted = emptyCounts();
    const result = await move(work, (item) => {
      deps.step('copying');
      written?.add(item);
      counted.filesTransferred += 1;
      counted.bytesTransferred += item.size;
    });
    if (result.brokeOff) await sweep(work, begunAt);
    deps.step('copied');
    if (controller.signal.reason instanceof RunStop) throw controller.signal.reason;
    const settled = await settle(work, result, () => (written ? prove(work, written, result) : counted));
    const outcome = { ...settled, ...totals(result) };
    deps.step('proven');
    site.check();
    if (!controller.signal.aborted && (await markedAs(work)) !== work.destinationId)
      throw new RunStop('drive_removed', `The destination ${site.root} is not the one the run began with. Run again.`);
    if (result.failure === null && !controller.signal.aborted) {
      remember(work, result);
      await tidy(work);
    }
    deps.step('remembered');
    return outcome;
  } finally {
    clearInterval(watch);
    written?.remove();
  }
}

/** The destination's own word for itself, at this moment. */
const markedAs = async ({ site, attempt }: Work): Promise<string | null> =>
  (await site.readMarker(attempt.controller.signal))?.destination_id ?? null;

/** Before the room is measured: what an attempt that broke off left may be as large as the largest file. */
async function sweep({ attempt, site, sources }: Work, since: number): Promise<void> {
  const { signal } = attempt.controller;
  try {
    const removed = await site.sweep(sources, since, signal);
    if (removed > 0) attempt.recorder.say(`Removed ${removed} temporary files of an attempt that broke off`);
  } catch {
    signal.throwIfAborted(); // else the drive is in trouble, and the copy will name it
  }
}

async function tidy({ attempt, site, sources }: Work): Promise<void> {
  const ended = await site.tidy(sources, attempt.controller.signal);
  if (ended > 0) attempt.recorder.say(`Ended ${ended} unfinished uploads that nobody went on with`);
}

/**
 * Guards 3 and 4, and totals for the progress bar. Left out where earlier runs show that there is room for anything:
 * then they also tell how long it will take.
 */
async function lookAhead(work: Work): Promise<void> {
  const { run, controller, progress, overruled, recorder } = work.attempt;
  const { site, known } = work;
  if (!site.alwaysPlanned && known !== null && !run.syncOptions.delete_extraneous) {
    const freeBytes = await site.freeBytes(controller.signal);
    if (freeBytes !== null && freeBytes > known.sourceBytes + spareBytes) {
      const usualMs = work.deps.usualMs();
      if (usualMs !== null) progress.expect(usualMs);
      return;
    }
  }
  const list = createDeletionList({
    runUuid: run.uuid,
    logs: work.deps.logs,
    onLost: (error) =>
      recorder.say(`The list of what would be deleted could not be stored: ${(error as Error).message}`),
  });
  try {
    const plan = await work.mover.plan(controller.signal, { onDeletion: list.add });
    progress.setTotals({ files: plan.transferFiles, bytes: plan.transferBytes });
    await guardSpace(plan, work.mover, site, controller.signal);
    guardDeletions(plan, run.syncOptions.max_delete_percent, overruled);
  } catch (error) {
    if (error instanceof RunStop && error.reason === 'too_many_deletions') list.keep();
    throw error;
  } finally {
    await list.close();
  }
}

/** Makes the destination ours (or says so again): marker with this job's landings, on the medium before any file. */
async function claim(work: Work): Promise<void> {
  const { job, controller } = work.attempt;
  const landings = work.sources.map((source) => source.landing);
  const base: Marker = work.marker ?? {
    format: 1,
    destination_id: work.destinationId,
    filesystem_uuid: work.site.filesystemUuid,
    made_at: toIso(work.deps.clock.now()),
    appliance: work.deps.appliance,
    jobs: [],
  };
  const marker = withJob(base, { uuid: job.uuid, name: job.name, landings });
  await work.site.claim(marker, landings, controller.signal);
  remember(work, null);
}

async function move(work: Work, onFile: (item: MoverItem) => void): Promise<MoverResult> {
  const { attempt } = work;
  attempt.progress.start();
  for (const source of work.sources) attempt.recorder.say(`Starting sync of ${source.source}`);
  const sink: MoverSink = {
    phase: attempt.phase,
    progress: (bytes, files) => attempt.progress.set({ bytes, files }),
    problem: attempt.recorder.problem,
    item(item) {
      attempt.recorder.item(item);
      if (item.kind !== 'file' || (item.action !== 'new' && item.action !== 'changed')) return;
      attempt.progress.setCurrent(() => `${item.landing}/${displayPath(item.path)}`);
      onFile(item);
    },
  };
  return work.mover.apply(attempt.controller.signal, sink).finally(() => attempt.progress.setCurrent(null));
}

/**
 * Everything on the medium and everything looked at, or a run that failed: nothing else may be called completed.
 * The look needs no disk, so it is taken while the disk writes; both have ended when this returns or throws.
 */
async function settle(work: Work, result: MoverResult, look: () => Counts | Promise<Counts>): Promise<Counts> {
  const { controller, phase } = work.attempt;
  if (controller.signal.aborted) return liveCounts(work);
  phase('flushing');
  const [flushed, proven] = await Promise.allSettled([work.mover.flush().finally(() => phase('verifying')), look()]);
  if (flushed.status === 'rejected') {
    // What stopped the copy says why; that the flush failed as well only follows from it.
    const { reason, message } = result.failure ?? { reason: 'io_error', message: (flushed.reason as Error).message };
    throw new RunStop(reason, message);
  }
  if (proven.status === 'rejected') throw proven.reason;
  return proven.value;
}

type Counts = Pick<Outcome, 'filesTransferred' | 'bytesTransferred'>;

function prove({ attempt, site, sources }: Work, written: WrittenList, result: MoverResult): Promise<Counts> {
  const { controller, recorder } = attempt;
  return proveWritten(written, {
    root: site.lookUp?.path ?? '',
    sourceOf: (landing) => sources.find((source) => source.landing === landing)?.real ?? '',
    signal: controller.signal,
    exactTimes: site.lookUp?.exactTimes ?? false,
    // A run that broke off leaves files announced but not written: they are not counted, and not errors of their own.
    report: result.failure === null ? recorder.problem : () => {},
    alreadyNamed: recorder.named,
  });
}

const liveCounts = (work: Work): Counts => {
  const { files, bytes } = work.attempt.progress.read();
  return { filesTransferred: files, bytesTransferred: bytes };
};

function totals(result: MoverResult): Omit<Outcome, 'filesTransferred' | 'bytesTransferred'> {
  const lists = [...result.lists.values()];
  const sum = (field: 'files' | 'bytes') =>
    lists.length === 0 ? null : lists.reduce((all, list) => all + list[field], 0);
  return {
    filesDeleted: result.deletedFiles,
    filesTotal: sum('files'),
    bytesTotal: sum('bytes'),
    failure: result.failure,
  };
}

/** Writes down that this job writes here and, after a whole run, what its sources looked like: the next run's guards. */
function remember(work: Work, result: MoverResult | null): void {
  const { destinationId } = work;
  const before = work.known?.destinationId === destinationId ? work.known : null;
  const sources: Record<string, SourceState> = {};
  for (const source of work.sources) {
    const list = result?.lists.get(source.landing);
    const old = before?.sources[source.source];
    if (list) sources[source.source] = { filesystem: source.filesystem, files: list.files };
    else if (old) sources[source.source] = old;
  }
  const all = result ? totals(result) : null;
  work.deps.jobs.saveDestination({
    jobId: work.attempt.job.id,
    destinationId,
    address: work.address,
    filesystemUuid: work.site.filesystemUuid,
    lastKey: work.versionKey,
    sources,
    sourceBytes: all?.bytesTotal ?? before?.sourceBytes ?? 0,
    sourceFiles: all?.filesTotal ?? before?.sourceFiles ?? 0,
    lastRunAt: work.deps.clock.now(),
    unfinishedSince: result ? null : (before?.unfinishedSince ?? work.deps.clock.now()),
  });
}
