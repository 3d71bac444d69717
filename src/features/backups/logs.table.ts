import { sql } from 'drizzle-orm';
import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { rowId, time } from '../../db/columns.ts';

/*
 * What runs said, in a database of their own (`logs.db`): it belongs to the run's UUID, and no transaction spans both.
 * A row's id is `<run's number here> * 2^24 + <its place in the run>`: any page of a run is found without counting rows,
 * and needs no index besides.
 */

/** Runs that have rows here. `run_uuid` null: forgotten, its rows are being removed. */
export const logRuns = sqliteTable('log_runs', {
  id: rowId(),
  runUuid: text('run_uuid').unique(),
});

export const logLines = sqliteTable(
  'log_lines',
  {
    id: integer('id').primaryKey(),
    timestamp: time('timestamp').notNull(),
    level: text('level', { enum: ['info', 'warning', 'error'] }).notNull(),
    /** Its place among the run's lines of this level. */
    levelPlace: integer('level_place').notNull(),
    message: text('message').notNull(),
  },
  (table) => [index('log_lines_notable').on(table.level, table.id).where(sql`${table.level} IN ('warning', 'error')`)],
);

/** Paths a run would have deleted when the deletion guard stopped it: landing, a zero byte, path as bytes. */
export const plannedDeletions = sqliteTable('planned_deletions', {
  id: integer('id').primaryKey(),
  path: blob('path', { mode: 'buffer' }).notNull(),
});
