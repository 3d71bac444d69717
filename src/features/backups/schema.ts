import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';
import { type Reason, reasons } from './reasons.ts';

const nullable = <T extends Parameters<typeof t.Union>[0][number]>(schema: T) => t.Union([schema, t.Null()]);
const time = t.String({ description: 'UTC, whole seconds: 2026-01-05T02:00:00Z' });

const keep = t.Optional(nullable(integer({ minimum: 0, maximum: 10_000 })));
const history = t.Object({
  keep_last: keep,
  keep_daily: keep,
  keep_weekly: keep,
  keep_monthly: keep,
  keep_yearly: keep,
});

/** Every member may be left out; what is missing takes its default. */
const syncOptionsBody = t.Object(
  {
    delete_extraneous: t.Optional(
      t.Boolean({ description: 'Remove at the destination what the source does not have' }),
    ),
    exclude_patterns: t.Optional(
      t.Array(t.String({ minLength: 1, maxLength: 4096 }), {
        maxItems: 1000,
        description: "rsync's exclude patterns, one each; never commands: `!` and `+ *` are names",
      }),
    ),
    bandwidth_limit_kbps: t.Optional(nullable(integer({ minimum: 1, maximum: 100_000_000, description: 'KiB/s' }))),
    dry_run: t.Optional(t.Boolean({ description: 'Tell what would be done and write nothing' })),
    verbosity: t.Optional(t.Union([t.Literal('quiet'), t.Literal('normal'), t.Literal('verbose')])),
    compress: t.Optional(t.Boolean({ description: 'Compress on the way; no effect between folders of one machine' })),
    checksum: t.Optional(t.Boolean({ description: 'Compare by content instead of size and time' })),
    max_delete_percent: t.Optional(integer({ minimum: 0, maximum: 100 })),
    history: t.Optional(nullable(history)),
    acknowledged_paths: t.Optional(t.Array(t.String({ minLength: 1, maxLength: 8192 }), { maxItems: 10_000 })),
    verify: t.Optional(
      nullable(
        t.Object({
          every_days: integer({ minimum: 1, maximum: 3650 }),
          sample_percent: integer({ minimum: 1, maximum: 100 }),
        }),
      ),
    ),
    drill: t.Optional(
      nullable(
        t.Object({
          every_days: integer({ minimum: 1, maximum: 3650 }),
          files: integer({ minimum: 1, maximum: 100_000 }),
        }),
      ),
    ),
  },
  { additionalProperties: false },
);

const destinationTypes = t.Union([
  t.Literal('local'),
  t.Literal('s3'),
  t.Literal('google_drive'),
  t.Literal('onedrive'),
  t.Literal('sftp'),
  t.Literal('webdav'),
]);

export const jobBody = t.Object({
  name: t.String({ minLength: 1, maxLength: 200 }),
  description: t.Optional(nullable(t.String({ maxLength: 2000 }))),
  enabled: t.Optional(t.Boolean({ description: 'false stops schedules and plugs, not POST /run' })),
  source_dirs: t.Array(t.String({ minLength: 1, maxLength: 4096 }), {
    minItems: 1,
    maxItems: 100,
    description: 'Absolute folders inside the allowed paths',
  }),
  destination_type: destinationTypes,
  // Unknown: as an object, Elysia would take a text apart into its characters before anybody could refuse it.
  destination_config: t.Unknown({ description: 'An object: see GET /api/providers/{type}/schema' }),
  sync_options: t.Optional(syncOptionsBody),
  credential_id: t.Optional(nullable(integer({ minimum: 1 }))),
  credential_data: t.Optional(
    t.Unknown({
      description:
        'An object, the saved secret once more, when the address of the destination changes and the credential stays',
    }),
  ),
  extra_paths: t.Optional(
    t.Array(t.String({ minLength: 1, maxLength: 4096 }), {
      maxItems: 200,
      description: 'Folders allowed for this job besides the allowed paths; taken from the command line only',
    }),
  ),
});
export type JobBody = Static<typeof jobBody>;

export const runBody = t.Optional(
  t.Object({
    confirm: t.Optional(
      t.String({ maxLength: 200, description: "A stopped run's `confirm`: overrules its finding once" }),
    ),
    sync_options: t.Optional(syncOptionsBody),
  }),
);
export type RunBody = Static<typeof runBody>;

const progressView = t.Object({
  files: integer(),
  bytes: integer(),
  files_total: nullable(integer()),
  bytes_total: nullable(integer()),
  rate_bytes_per_second: nullable(integer()),
  eta_seconds: nullable(
    integer({ description: 'By the rate; while `bytes_total` is null, by how long such runs usually take' }),
  ),
  current: nullable(t.String({ description: 'The file it is at: `<landing>/<path>`' })),
});

export const runView = t.Object({
  id: integer(),
  job_id: integer(),
  job_name: t.String(),
  status: t.Union([
    t.Literal('pending'),
    t.Literal('running'),
    t.Literal('completed'),
    t.Literal('failed'),
    t.Literal('cancelled'),
  ]),
  trigger: t.Union([t.Literal('manual'), t.Literal('scheduled'), t.Literal('drive')]),
  schedule_id: nullable(integer()),
  started_at: nullable(time),
  completed_at: nullable(time),
  files_transferred: integer({ description: 'Names of regular files created or changed' }),
  bytes_transferred: integer({ description: 'Their sizes' }),
  files_deleted: integer(),
  error_message: nullable(t.String()),
  uuid: t.String(),
  reason: nullable(t.Unsafe<Reason>(t.String({ enum: [...reasons], description: 'Why it did not complete' }))),
  phase: nullable(t.String()),
  progress: nullable(progressView),
  files_total: nullable(integer({ description: 'Regular files in the lists the run worked from' })),
  bytes_total: nullable(integer()),
  warning_count: integer(),
  error_count: integer(),
  dry_run: t.Boolean(),
  retry_of: nullable(integer({ description: 'The interrupted run this one makes up for' })),
  confirm: nullable(t.String({ description: 'Hand it to POST /jobs/{id}/run to overrule exactly this finding once' })),
});
export type RunView = Static<typeof runView>;

export const runError = t.Object({
  landing: t.String(),
  path: t.String({ description: 'Relative to the landing; bytes that are not UTF-8 shown as \\xHH' }),
  level: t.Union([t.Literal('warning'), t.Literal('error')]),
  message: t.String(),
});
export type RunErrorView = Static<typeof runError>;

export const deletion = t.Object({
  landing: t.String(),
  path: t.String({ description: 'Relative to the landing; bytes that are not UTF-8 shown as \\xHH' }),
});
export type DeletionView = Static<typeof deletion>;

export const statisticsView = t.Object({
  job_id: integer(),
  started_at: time,
  status: t.Union([t.Literal('completed'), t.Literal('failed'), t.Literal('cancelled')]),
  reason: nullable(t.Unsafe<Reason>(t.String({ enum: [...reasons] }))),
  dry_run: t.Boolean(),
  files: integer({ description: 'Files copied; 0 for a dry run' }),
  bytes: integer({ description: 'Their sizes' }),
  seconds: integer({ description: 'From start to end' }),
});
export type StatisticsView = Static<typeof statisticsView>;

export const runsRemoved = t.Object({
  message: t.String(),
  count: integer({ description: 'Finished runs that were removed; an active run stays' }),
});

export const logLine = t.Object({
  id: integer(),
  run_id: integer(),
  timestamp: time,
  level: t.Union([t.Literal('info'), t.Literal('warning'), t.Literal('error')]),
  message: t.String(),
});
export type LogLineView = Static<typeof logLine>;

export const logSearch = t.Object({
  lines: t.Array(logLine),
  searched: integer({ description: 'Lines of the log looked at so far: the `offset` to go on with' }),
  total: integer({ description: 'Lines the log has now' }),
  more: t.Boolean({ description: 'Lines that are there were not looked at yet' }),
});
export type LogSearchView = Static<typeof logSearch>;

export const jobView = t.Object({
  id: t.Integer(),
  name: t.String(),
  description: t.String(),
  enabled: t.Boolean(),
  source_dirs: t.Array(t.String()),
  destination_type: t.String(),
  destination_config: t.Record(t.String(), t.Unknown()),
  sync_options: t.Record(t.String(), t.Unknown()),
  credential_id: nullable(t.Integer()),
  created_at: time,
  updated_at: time,
  last_run: nullable(
    t.Object({ id: t.Integer(), status: t.String(), started_at: nullable(time), completed_at: nullable(time) }),
  ),
  schedules: t.Array(
    t.Object({
      id: t.Integer(),
      schedule_type: t.String(),
      hour: nullable(t.Integer()),
      minute: nullable(t.Integer()),
    }),
  ),
  uuid: t.String(),
  landings: t.Array(t.String(), {
    description: 'Folder of the destination each source fills, in the order of `source_dirs`',
  }),
});
export type JobView = Static<typeof jobView>;

export const runStarted = t.Object({ run_id: t.Integer(), message: t.String() });
