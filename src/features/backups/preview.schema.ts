import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';
import { type Reason, reasons } from './reasons.ts';
import { deletion, jobBody } from './schema.ts';

const nullable = <T extends Parameters<typeof t.Union>[0][number]>(schema: T) => t.Union([schema, t.Null()]);
const bytes = (description?: string) => integer({ description });
const amount = t.Object({ files: integer(), bytes: integer() });
const complete = t.Boolean({ description: 'false: the time was up, and these are the counts so far' });

export const previewBody = t.Object({
  ...jobBody.properties,
  name: t.Optional(jobBody.properties.name),
  job_id: t.Optional(
    nullable(integer({ minimum: 1, description: 'The saved job this is an edit of: its landings stay as they are' })),
  ),
});
export type PreviewBody = Static<typeof previewBody>;

export const previewView = t.Object({
  files: integer({ description: 'Names of regular files in the sources, without what the patterns leave out' }),
  bytes: bytes('Their sizes'),
  transfer_files: nullable(integer({ description: 'To be copied; null where the destination cannot be looked at' })),
  transfer_bytes: nullable(bytes()),
  deletions: nullable(integer({ description: 'Files to be deleted, or moved to the history' })),
  files_there: nullable(integer({ description: 'Files at the destination that the run would look at' })),
  largest_files: t.Array(t.Object({ path: t.String({ description: '`<landing>/<path>`' }), size: bytes() }), {
    description: 'The twenty largest, largest first',
  }),
  deleted: t.Array(deletion, { description: 'The first hundred of what would be deleted' }),
  excluded: nullable(t.Object(amount.properties, { description: 'What the patterns leave out' })),
  free_bytes: nullable(bytes('At the destination')),
  landings: t.Array(t.String(), {
    description: 'Folder of the destination each source fills, in the order of `source_dirs`',
  }),
  problems: t.Array(t.Object({ reason: t.Unsafe<Reason>(t.String({ enum: [...reasons] })), message: t.String() }), {
    description: 'Everything that would stop a run',
  }),
  complete,
});
export type PreviewView = Static<typeof previewView>;

const examplesShown = 20;

export const excludeTestBody = t.Object({
  source_dir: t.String({ minLength: 1, maxLength: 4096, description: 'An absolute folder inside the allowed paths' }),
  exclude_patterns: t.Array(t.String({ minLength: 1, maxLength: 4096 }), {
    maxItems: 1000,
    description: 'As in `sync_options`',
  }),
  limit: t.Optional(
    integer({ minimum: 0, maximum: 100, default: examplesShown, description: 'Examples per pattern (default 20)' }),
  ),
  job_id: t.Optional(nullable(integer({ minimum: 1, description: 'A saved job whose own folders are allowed, too' }))),
});
export type ExcludeTestBody = Static<typeof excludeTestBody>;
export const examplesOf = (body: ExcludeTestBody): number => body.limit ?? examplesShown;

export const excludeTestView = t.Object({
  patterns: t.Array(
    t.Object({
      pattern: t.String(),
      files: integer({ description: 'Regular files it leaves out, also those in folders it leaves out' }),
      bytes: bytes(),
      examples: t.Array(t.String(), { description: 'Relative to the source; folders end with a slash' }),
    }),
    { description: 'In the order given. What several match counts for the first of them, as rsync has it' },
  ),
  excluded: amount,
  kept: amount,
  complete,
});
export type ExcludeTestView = Static<typeof excludeTestView>;
