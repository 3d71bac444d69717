import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { flag, json, rowId, time } from '../../db/columns.ts';

/*
 * What we know of the files at destinations, in a database of its own (`catalog.db`): losing it costs a comparison, so it
 * is in no backup of ours, and no transaction spans it and another. Names are bytes: not every name is UTF-8.
 *
 * `v` and `kept` are WITHOUT ROWID, which drizzle cannot say: the words are put into the generated SQL by hand, and a test
 * looks whether they are there. They save a third of the file.
 */

/** One job at one destination. */
export const chains = sqliteTable(
  'chains',
  {
    id: rowId(),
    jobUuid: text('job_uuid').notNull(),
    destinationId: text('destination_id').notNull(),
    /** Regular files there now, as far as `v` knows, and their bytes. */
    files: integer('files').notNull().default(0),
    bytes: integer('bytes').notNull().default(0),
    /** Newest attempt that changed anything. */
    changed: integer('changed').notNull().default(0),
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

/**
 * Runs that wrote, or were about to write, at a destination. Numbers of one chain grow with their keys: ranges of
 * versions are told in them.
 */
export const attempts = sqliteTable(
  'attempts',
  {
    id: rowId(),
    chain: integer('chain')
      .notNull()
      .references(() => chains.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** What it changed stands in `v`. Otherwise it broke off, and nobody knows what lies at the destination. */
    recorded: flag('recorded').notNull().default(false),
    /** What it kept stands in `kept`. */
    listed: flag('listed').notNull().default(false),
  },
  (table) => [unique('attempts_key').on(table.chain, table.key)],
);

/** Attempts that made a version. Totals are of regular files. */
export const versions = sqliteTable('versions', {
  id: integer('id')
    .primaryKey()
    .references(() => attempts.id, { onDelete: 'cascade' }),
  previous: text('previous'),
  status: text('status', { enum: ['completed', 'partial'] }).notNull(),
  jobName: text('job_name').notNull(),
  appliance: json<{ id: string; name: string }>('appliance').notNull(),
  landings: json<readonly { landing: string; source: string }[]>('landings').notNull(),
  startedAt: time('started_at').notNull(),
  completedAt: time('completed_at').notNull(),
  /** A later run found nothing changed. */
  confirmedAt: time('confirmed_at'),
  runUuid: text('run_uuid'),
  files: integer('files').notNull(),
  bytes: integer('bytes').notNull(),
  pinned: flag('pinned').notNull().default(false),
  /** Later changes left no old copies. */
  closed: flag('closed').notNull().default(false),
});

/** Who owns: few, whatever the number of files. */
export const owners = sqliteTable('owners', {
  id: integer('id').primaryKey(),
  uid: integer('uid'),
  gid: integer('gid'),
  user: text('user_name'),
  group: text('group_name'),
});

/** Last number of what is there still. */
export const stillThere = 2_147_483_647;

/** What was at a destination from attempt `first` to attempt `last`, both included. */
export const versionRows = sqliteTable(
  'v',
  {
    dir: integer('dir')
      .notNull()
      .references(() => catalogFolders.id, { onDelete: 'cascade' }),
    name: blob('name', { mode: 'buffer' }).notNull(),
    first: integer('first').notNull(),
    last: integer('last').notNull().default(stillThere),
    /** Position in `entryTypes`. */
    type: integer('type').notNull(),
    mode: integer('mode'),
    size: integer('size').notNull(),
    mtimeNs: integer('mtime_ns'),
    /** Of `owners`; not checked, for it is looked up just before. */
    owner: integer('owner').notNull(),
    sha256: blob('sha256', { mode: 'buffer' }),
    target: blob('target', { mode: 'buffer' }),
    hardLink: blob('hard_link', { mode: 'buffer' }),
    xattr: text('xattr'),
    storedAs: blob('stored_as', { mode: 'buffer' }),
  },
  (table) => [
    primaryKey({ columns: [table.dir, table.name, table.first] }),
    index('v_first').on(table.first),
    index('v_last').on(table.last).where(sql`last < 2147483647`),
    index('v_folders').on(table.dir, table.name).where(sql`type = 1`),
    index('v_stored').on(table.storedAs).where(sql`stored_as IS NOT NULL`),
  ],
);

/** What lies in `history/<key of the attempt>`, by its path at the destination; everything but folders. */
export const kept = sqliteTable(
  'kept',
  {
    dir: integer('dir')
      .notNull()
      .references(() => catalogFolders.id, { onDelete: 'cascade' }),
    name: blob('name', { mode: 'buffer' }).notNull(),
    attempt: integer('attempt').notNull(),
    size: integer('size').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dir, table.name, table.attempt] }), index('kept_attempt').on(table.attempt)],
);
