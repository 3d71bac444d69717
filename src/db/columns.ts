import { integer, text } from 'drizzle-orm/sqlite-core';

/** Row number used in URLs. AUTOINCREMENT: never given out twice, also after deletion. */
export const rowId = () => integer('id').primaryKey({ autoIncrement: true });

/** Identity in files, logs and between machines. */
export const rowUuid = () => text('uuid').notNull().unique();

/** Milliseconds since 1970 UTC. */
export const time = (name: string) => integer(name, { mode: 'number' });

export const flag = (name: string) => integer(name, { mode: 'boolean' });

/** A JSON document, typed by its room. */
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>();

/**
 * What the work kernel needs on a room's own table (runs, tasks, restores): who works on the row, when it was last
 * alive, whether somebody asked it to stop, and how far it is.
 */
export const leaseColumns = () => ({
  /** `<boot id>/<pid>/<process start>`; null when nobody works on it. */
  leaseOwner: text('lease_owner'),
  heartbeatAt: time('heartbeat_at'),
  cancelRequestedAt: time('cancel_requested_at'),
  progress: json<Record<string, unknown>>('progress'),
});
