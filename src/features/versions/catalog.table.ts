import { blob, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { rowId, time } from '../../db/columns.ts';

/*
 * What we know of the files at destinations, in a database of its own (`catalog.db`): losing it costs a comparison, so it
 * is in no backup of ours, and no transaction spans it and another. Names are bytes: not every name is UTF-8.
 */

/** One job at one destination. */
export const chains = sqliteTable(
  'chains',
  {
    id: rowId(),
    jobUuid: text('job_uuid').notNull(),
    destinationId: text('destination_id').notNull(),
  },
  (table) => [unique('chains_of').on(table.jobUuid, table.destinationId)],
);

/** Folders, `<landing>/<path>`. */
export const catalogFolders = sqliteTable(
  'd',
  {
    id: integer('id').primaryKey(),
    chain: integer('chain')
      .notNull()
      .references(() => chains.id, { onDelete: 'cascade' }),
    path: blob('path', { mode: 'buffer' }).notNull(),
  },
  (table) => [unique('d_path').on(table.chain, table.path)],
);

/** Files: what was sent, and what the service said of it. Times are nanoseconds since 1970. */
export const catalogEntries = sqliteTable(
  'e',
  {
    dir: integer('dir')
      .notNull()
      .references(() => catalogFolders.id, { onDelete: 'cascade' }),
    name: blob('name', { mode: 'buffer' }).notNull(),
    size: integer('size').notNull(),
    mtimeNs: integer('mtime_ns').notNull(),
    ctimeNs: integer('ctime_ns'),
    ino: integer('ino'),
    sha256: blob('sha256', { mode: 'buffer' }),
    remoteSize: integer('remote_size').notNull(),
    remoteHashKind: text('remote_hash_kind'),
    remoteHash: blob('remote_hash', { mode: 'buffer' }),
    remoteTag: text('remote_tag'),
    remoteId: text('remote_id'),
    remoteMtimeNs: integer('remote_mtime_ns'),
  },
  (table) => [primaryKey({ columns: [table.dir, table.name] })],
);

/** Large uploads that are not done yet: how the next try, run or process goes on with them. */
export const uploads = sqliteTable(
  'uploads',
  {
    chain: integer('chain')
      .notNull()
      .references(() => chains.id, { onDelete: 'cascade' }),
    path: blob('path', { mode: 'buffer' }).notNull(),
    /** Stands for the very content. */
    fingerprint: text('fingerprint').notNull(),
    /** The driver's own. */
    state: text('state', { mode: 'json' }).notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.chain, table.path] }), index('uploads_saved').on(table.savedAt)],
);
