import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { rowId, time } from '../../db/columns.ts';

/** Lines of runs, in a database of their own (`logs.db`): they belong to the run's UUID, no transaction spans both. */
export const logLines = sqliteTable(
  'log_lines',
  {
    id: rowId(),
    runUuid: text('run_uuid').notNull(),
    timestamp: time('timestamp').notNull(),
    level: text('level', { enum: ['info', 'warning', 'error'] }).notNull(),
    message: text('message').notNull(),
  },
  (table) => [index('log_lines_run').on(table.runUuid, table.id)],
);
