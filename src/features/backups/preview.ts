import type { Ids } from '../../core/ids.ts';
import { ToolMissingError } from '../../system/process/tools.ts';
import { guardDeletions, guardSpace } from './guards.ts';
import type { JobRow, JobStore } from './jobs.store.ts';
import { createLargest } from './largest.ts';
import type { Look } from './looks.ts';
import type { Mover, MoverPlan } from './movers/mover.ts';
import { displayPath } from './names.ts';
import { examine } from './prepare.ts';
import type { PreviewView } from './preview.schema.ts';
import type { Reason } from './reasons.ts';
import { openNowhere } from './sites/local.ts';
import type { RemotePorts } from './sites/remote.ts';
import { RunStop } from './stop.ts';

export interface PreviewDeps {
  jobs: JobStore;
  ids: Ids;
  dataDir: string;
  applianceId: string;
  /** Throws RunStop when a real path lies outside what this job may touch. */
  allowedFor(job: JobRow): (realPath: string) => void;
  remote: RemotePorts;
}

const largestShown = 20;
const deletionsShown = 100;

/**
 * What the next run of this job would do, by the eyes of the run itself, and everything that would stop it. Nothing is
 * written at a source or a destination. When the time is up the counts so far are answered as `complete: false`.
 */
export async function preview(job: JobRow, deps: PreviewDeps, look: Look): Promise<PreviewView> {
  const problems: PreviewView['problems'] = [];
  const found = ({ reason, message }: { reason: Reason; message: string }) => void problems.push({ reason, message });
  const examined = await examine(
    {
      ...deps,
      job,
      dryRun: job.syncOptions.dry_run,
      overruled: new Set(),
      answers: new Map(),
      allowed: deps.allowedFor(job),
      remote: { ...deps.remote, open: (at, options) => deps.remote.open(at, { ...options, once: true }) },
      signal: look.signal,
    },
    found,
  );
  const { site } = examined;
  const ground = site ?? openNowhere(deps);
  try {
    const mover = ground.mover({
      sources: examined.sources,
      options: job.syncOptions,
      versionKey: null,
      destinationId: examined.marker?.destination_id ?? null,
    });
    const counted = await count(job, mover, site !== null, look, found);
    const { plan } = counted;
    if (plan && site)
      for (const guard of [
        () => guardSpace(plan, mover, site, look.signal),
        () => guardDeletions(plan, job.syncOptions.max_delete_percent, new Set()),
      ])
        await collect(guard, found, look);
    return {
      ...counted.view,
      free_bytes: site && (await collect(() => site.freeBytes(look.signal), found, look)),
      landings: job.sources.map((source) => source.landing),
      problems,
      complete: plan !== null && !look.late(),
    };
  } finally {
    await ground.close();
  }
}

type Found = (stop: { reason: Reason; message: string }) => void;

/** null: it found something, or the time was up. */
async function collect<T>(work: () => T | Promise<T>, found: Found, look: Look): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunStop) found(error);
    else if (error instanceof ToolMissingError) found({ reason: 'tool_missing', message: error.message });
    else if (!look.late()) throw error;
    return null;
  }
}

/** Counts as a run counts: names of regular files, and their sizes. */
async function count(job: JobRow, mover: Mover, compared: boolean, look: Look, found: Found) {
  const seen = { files: 0, bytes: 0, inSources: 0, bytesInSources: 0, transferFiles: 0, transferBytes: 0 };
  const deleted: PreviewView['deleted'] = [];
  const largest = createLargest(largestShown);
  let deletions = 0;
  const plan: MoverPlan | null = await collect(
    () =>
      mover.plan(look.signal, {
        onSource(_landing, survey) {
          seen.inSources += survey.files;
          seen.bytesInSources += survey.namedBytes;
        },
        onFile({ landing, path, size, action }) {
          seen.files += 1;
          seen.bytes += size;
          largest.add(landing, path, size);
          if (action !== 'new' && action !== 'changed') return;
          seen.transferFiles += 1;
          seen.transferBytes += size;
        },
        onDeletion(landing, path) {
          deletions += 1;
          if (deleted.length < deletionsShown) deleted.push({ landing, path: displayPath(path) });
        },
      }),
    found,
    look,
  );
  const ifCompared = <T>(value: T): T | null => (compared ? value : null);
  return {
    plan,
    view: {
      files: seen.files,
      bytes: seen.bytes,
      transfer_files: ifCompared(seen.transferFiles),
      transfer_bytes: ifCompared(seen.transferBytes),
      deletions: ifCompared(plan?.deletions ?? deletions),
      files_there: ifCompared(plan?.filesThere ?? null),
      largest_files: largest
        .list()
        .map(({ landing, path, size }) => ({ path: `${landing}/${displayPath(path)}`, size })),
      deleted,
      excluded:
        plan === null
          ? null
          : job.syncOptions.exclude_patterns.length === 0
            ? { files: 0, bytes: 0 }
            : {
                files: Math.max(0, seen.inSources - seen.files),
                bytes: Math.max(0, seen.bytesInSources - seen.bytes),
              },
    },
  };
}
