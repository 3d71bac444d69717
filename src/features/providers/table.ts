import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from '../../db/columns.ts';

/** SSH host keys seen at the first successful connection: another key is refused until somebody accepts it. */
export const hostKeys = sqliteTable(
  'host_keys',
  {
    /** As typed in the destination, lower case. */
    host: text('host').notNull(),
    port: integer('port').notNull(),
    /** `SHA256:<base64 without padding>`, as ssh prints it. */
    fingerprint: text('fingerprint').notNull(),
    /** `ssh-ed25519`, `ecdsa-sha2-nistp256` …; empty where a person accepted a fingerprint. */
    type: text('type').notNull(),
    pinnedAt: time('pinned_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.host, table.port] })],
);
