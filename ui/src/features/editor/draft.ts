import type { JobBody, JobView } from '../../api/jobs.ts';
import type { PreviewBody } from '../../api/preview.ts';
import { editorText as t } from '../../i18n/editor.ts';
import { listOf } from '../../lib/format.ts';
import { wholeNumber } from '../settings/whole-number.ts';

export type Config = Record<string, unknown>;
export type Options = NonNullable<JobBody['sync_options']>;
export type Kind = JobBody['destination_type'];

/** A job as it stands in the form. Everything the box sent is in it, also what no field shows. */
export interface JobDraft {
  name: string;
  description: string;
  enabled: boolean;
  sources: string[];
  kind: Kind;
  /** One per kind, so that looking at another kind loses nothing. */
  configs: Partial<Record<Kind, Config>>;
  credentials: Partial<Record<Kind, number | null>>;
  /** The saved secret once more; empty unless the box asked for it. */
  secret: Config;
  options: Options;
  /** Numbers as typed; empty is "no limit". */
  limit: string;
  maxDelete: string;
}

const newOptions: Options = { delete_extraneous: false, exclude_patterns: [] };
const usualMaxDelete = 50;

export const emptyDraft = (sources: readonly string[] = []): JobDraft => ({
  name: '',
  description: '',
  enabled: true,
  sources: [...sources],
  kind: 'local',
  configs: {},
  credentials: {},
  secret: {},
  options: newOptions,
  limit: '',
  maxDelete: String(usualMaxDelete),
});

export function draftOf(job: JobView): JobDraft {
  const kind = job.destination_type as Kind;
  const options = structuredClone(job.sync_options) as Options;
  return {
    name: job.name,
    description: job.description,
    enabled: job.enabled,
    sources: [...job.source_dirs],
    kind,
    configs: { [kind]: structuredClone(job.destination_config) },
    credentials: { [kind]: job.credential_id },
    secret: {},
    options,
    limit: String(options.bandwidth_limit_kbps ?? ''),
    maxDelete: String(options.max_delete_percent ?? usualMaxDelete),
  };
}

export const configOf = (draft: JobDraft): Config => draft.configs[draft.kind] ?? {};
export const credentialOf = (draft: JobDraft): number | null => draft.credentials[draft.kind] ?? null;
export const patternsOf = (draft: JobDraft): readonly string[] => draft.options.exclude_patterns ?? [];

export const deletes = (draft: JobDraft): boolean => draft.options.delete_extraneous === true;

const lastName = (path: string) => path.slice(path.lastIndexOf('/') + 1) || path;
const suggestedNames = 2;

/** What a job without a name is called: after its folders. Empty while there are none. */
export function suggestedName({ sources }: Pick<JobDraft, 'sources'>): string {
  const names = sources.map(lastName);
  const more = names.length - suggestedNames;
  return listOf(more > 0 ? [...names.slice(0, suggestedNames), t().what.more(more)] : names);
}

/** The whole job, as `POST /api/jobs` and `PUT /api/jobs/:id` take it: what was sent and is not shown goes back as it came. */
export function bodyOf(draft: JobDraft): JobBody {
  const secret = Object.keys(draft.secret).length > 0 ? { credential_data: draft.secret } : {};
  return {
    name: draft.name.trim() || suggestedName(draft),
    description: draft.description,
    enabled: draft.enabled,
    source_dirs: draft.sources,
    destination_type: draft.kind,
    destination_config: configOf(draft),
    sync_options: { ...draft.options, ...numbersOf(draft) },
    credential_id: credentialOf(draft),
    ...secret,
  };
}

/** What is no number goes as it was typed: the box refuses it in words, and never takes it for "no limit". */
function numbersOf(draft: JobDraft): Options {
  const typed = (text: string) => (wholeNumber(text, 0, Number.MAX_SAFE_INTEGER) ?? text) as number;
  return {
    bandwidth_limit_kbps: draft.limit.trim() === '' ? null : typed(draft.limit),
    // Without deleting its field is not shown, and what was typed there before means nothing.
    max_delete_percent: deletes(draft) ? typed(draft.maxDelete) : (draft.options.max_delete_percent ?? usualMaxDelete),
  };
}

/** The same for a look ahead; it needs no name. */
export function previewBodyOf(draft: JobDraft, jobId: number | null): PreviewBody {
  const { name, ...body } = bodyOf(draft);
  return { ...body, ...(name === '' ? {} : { name }), job_id: jobId };
}
