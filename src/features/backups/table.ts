import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { flag, json, leaseColumns, rowId, rowUuid, time } from '../../db/columns.ts';
import { credentials } from '../credentials/table.ts';
import type { DestinationConfig, SourceState, SyncOptions } from './model.ts';
import { reasons } from './reasons.ts';

export const jobs = sqliteTable(
  'jobs',
  {
    id: rowId(),
    uuid: rowUuid(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    enabled: flag('enabled').notNull().default(true),
    destinationType: text('destination_type').notNull(),
    destinationConfig: json<DestinationConfig>('destination_config').notNull(),
    syncOptions: json<SyncOptions>('sync_options').notNull(),
    credentialId: integer('credential_id').references(() => credentials.id, { onDelete: 'restrict' }),
    /** Paths typed at the command line: allowed for this job although outside ALLOWED_BROWSE_PATHS. */
    extraPaths: json<string[]>('extra_paths').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('jobs_credential').on(table.credentialId)],
);

export const jobSources = sqliteTable(
  'job_sources',
  {
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    path: text('path').notNull(),
    /** Folder of the destination this source fills; chosen when the source is saved, never moved by later edits. */
    landing: text('landing').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.position] })],
);

/** What is known of one job at one destination; rotated drives and moved jobs have a row each. */
export const jobDestinations = sqliteTable(
  'job_destinations',
  {
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** From the destination's marker. */
    destinationId: text('destination_id').notNull(),
    /** Where it was last: the destination as typed (`local:/mnt/backup/daily`). */
    address: text('address').notNull(),
    filesystemUuid: text('filesystem_uuid'),
    /** Key of the last attempt that wrote here; the next one is larger. */
    lastKey: text('last_key').notNull(),
    sources: json<Record<string, SourceState>>('sources').notNull(),
    /** Bytes of all sources after the last finished run: what a whole new copy would need. */
    sourceBytes: integer('source_bytes').notNull().default(0),
    sourceFiles: integer('source_files').notNull().default(0),
    lastRunAt: time('last_run_at').notNull(),
    /** Start of the first attempt since the last whole one: rsync may have left temporary files here since then. */
    unfinishedSince: time('unfinished_since'),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.destinationId] })],
);

export const schedules = sqliteTable(
  'schedules',
  {
    id: rowId(),
    uuid: rowUuid(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    enabled: flag('enabled').notNull().default(true),
    scheduleType: text('schedule_type', { enum: ['daily', 'weekly', 'monthly', 'custom'] }).notNull(),
    hour: integer('hour'),
    minute: integer('minute'),
    dayOfWeek: integer('day_of_week'),
    dayOfMonth: integer('day_of_month'),
    cronExpression: text('cron_expression'),
    timezone: text('timezone').notNull(),
    createdAt: time('created_at').notNull(),
    /** When it was made, changed or switched on last: slots before are not made up for. */
    activeSince: time('active_since').notNull(),
  },
  (table) => [index('schedules_job').on(table.jobId)],
);

/** Slots that were decided, each once for ever: written before its run starts. */
export const scheduleSlots = sqliteTable(
  'schedule_slots',
  {
    scheduleId: integer('schedule_id')
      .notNull()
      .references(() => schedules.id, { onDelete: 'cascade' }),
    /** The time the schedule names, UTC milliseconds. */
    slot: time('slot').notNull(),
    decidedAt: time('decided_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scheduleId, table.slot] })],
);

export const runs = sqliteTable(
  'runs',
  {
    id: rowId(),
    uuid: rowUuid(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** As it was when the run started. */
    jobName: text('job_name').notNull(),
    /** Names this attempt at the destination (manifest, history folder); null until it writes. */
    versionKey: text('version_key'),
    status: text('status', { enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] }).notNull(),
    reason: text('reason', { enum: reasons }),
    errorMessage: text('error_message'),
    phase: text('phase', {
      enum: ['waiting', 'mounting', 'scanning', 'transferring', 'deleting', 'flushing', 'verifying', 'unmounting'],
    }),
    trigger: text('trigger', { enum: ['manual', 'scheduled', 'drive'] }).notNull(),
    scheduleId: integer('schedule_id').references(() => schedules.id, { onDelete: 'set null' }),
    /** The interrupted run this one makes up for: nothing is made up for twice. */
    retryOf: integer('retry_of'),
    dryRun: flag('dry_run').notNull(),
    /** The options this run was started with; later edits of the job do not touch it. */
    syncOptions: json<SyncOptions>('sync_options').notNull(),
    filesTransferred: integer('files_transferred').notNull().default(0),
    bytesTransferred: integer('bytes_transferred').notNull().default(0),
    filesDeleted: integer('files_deleted').notNull().default(0),
    /** Regular files in the lists the run worked from; null until known. */
    filesTotal: integer('files_total'),
    bytesTotal: integer('bytes_total'),
    warningCount: integer('warning_count').notNull().default(0),
    errorCount: integer('error_count').notNull().default(0),
    /** What guards found that a person may overrule, with what was overruled for this run already; see RunStop. */
    findings: json<string[]>('findings'),
    /** Overrules exactly these findings, once, for seven days. */
    confirm: text('confirm'),
    confirmUsedAt: time('confirm_used_at'),
    createdAt: time('created_at').notNull(),
    startedAt: time('started_at'),
    completedAt: time('completed_at'),
    ...leaseColumns(),
  },
  (table) => [
    index('runs_job').on(table.jobId, table.id),
    uniqueIndex('runs_one_active').on(table.jobId).where(sql`${table.status} IN ('pending', 'running')`),
  ],
);

/** Files a run could not copy or that changed under it, at most a thousand a run; the counts are on the run. */
export const runErrors = sqliteTable(
  'run_errors',
  {
    id: rowId(),
    runId: integer('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    landing: text('landing').notNull(),
    /** Relative to the landing, as bytes: names need not be UTF-8. */
    path: blob('path', { mode: 'buffer' }).notNull(),
    level: text('level', { enum: ['warning', 'error'] }).notNull(),
    message: text('message').notNull(),
  },
  (table) => [index('run_errors_run').on(table.runId)],
);

/** What is left of a run after it was pruned or deleted: one line, kept 400 days. */
export const runStatistics = sqliteTable(
  'run_statistics',
  {
    /** The run's number: no run leaves two lines. */
    id: rowId(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    startedAt: time('started_at').notNull(),
    status: text('status', { enum: ['completed', 'failed', 'cancelled'] }).notNull(),
    reason: text('reason', { enum: reasons }),
    /** It only told what it would do: files and bytes are 0. */
    dryRun: flag('dry_run').notNull().default(false),
    files: integer('files').notNull(),
    bytes: integer('bytes').notNull(),
    seconds: integer('seconds').notNull(),
  },
  (table) => [index('run_statistics_job').on(table.jobId, table.startedAt)],
);
