import { conflict, notFound } from '../../core/errors.ts';
import { findExcluded } from './exclude-test.ts';
import { checkSource, cleanPath, insideOf } from './job-rules.ts';
import type { JobsService } from './jobs.service.ts';
import { createLooks, type Looks } from './looks.ts';
import { checkPatterns } from './options.ts';
import {
  type ExcludeTestBody,
  type ExcludeTestView,
  examplesOf,
  type PreviewBody,
  type PreviewView,
} from './preview.schema.ts';
import { type PreviewDeps, preview } from './preview.ts';
import { ourFolders, resolveSource } from './sources.ts';
import { RunStop } from './stop.ts';

export interface PreviewServiceDeps extends PreviewDeps {
  drafts: Pick<JobsService, 'draft'>;
  allowedPaths: readonly string[];
  /** Within this an answer comes, complete or not. */
  limitMs?: number;
}

/** Looks ahead for somebody who is still filling in the form. `asked` is aborted when they no longer wait. */
export interface PreviewService {
  /** Throws what saving the body would throw. */
  preview(body: PreviewBody, byOwner: boolean, asked: AbortSignal): Promise<PreviewView>;
  testExcludes(body: ExcludeTestBody, asked: AbortSignal): Promise<ExcludeTestView>;
  /** Ends what is under way and waits for its children. */
  stop: Looks['stop'];
}

const usualLimitMs = 20_000;

export function createPreviewService(deps: PreviewServiceDeps): PreviewService {
  const looks = createLooks(deps.limitMs ?? usualLimitMs);

  const furtherPaths = (jobId: number | null | undefined): string[] => {
    if (!jobId) return [];
    const job = deps.jobs.get(jobId);
    if (!job) throw notFound('Job');
    return job.extraPaths;
  };

  return {
    async preview({ job_id = null, ...body }, byOwner, asked) {
      const job = deps.drafts.draft(job_id, { ...body, name: body.name ?? 'Preview' }, byOwner);
      return await looks.run(asked, (look) => preview(job, deps, look));
    },
    async testExcludes(body, asked) {
      const patterns = body.exclude_patterns;
      checkPatterns(patterns, 'exclude_patterns');
      const source = cleanPath(body.source_dir, 'source_dir');
      const allowedPaths = [...deps.allowedPaths, ...furtherPaths(body.job_id)];
      checkSource(source, 'source_dir', { allowedPaths, dataDir: deps.dataDir });
      const sourceDir = readableSource(source, allowedPaths);
      return await looks.run(asked, (look) =>
        findExcluded(
          {
            sourceDir,
            patterns,
            excludeFolders: ourFolders(sourceDir, deps.dataDir),
            examples: examplesOf(body),
            itemMark: `@${deps.ids.hex(8)}`,
          },
          look,
        ),
      );
    },
    stop: looks.stop,
  };
}

/** The real path of a source that is there and can be read. Throws conflict. */
function readableSource(source: string, allowedPaths: readonly string[]): string {
  const outside = (path: string) => new RunStop('source_outside', `${path} lies outside the allowed folders.`);
  try {
    return resolveSource(source, insideOf(allowedPaths, outside));
  } catch (error) {
    throw error instanceof RunStop ? conflict(error.message) : error;
  }
}
