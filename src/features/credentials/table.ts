import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { rowId, rowUuid, time } from '../../db/columns.ts';

export const credentials = sqliteTable('credentials', {
  id: rowId(),
  uuid: rowUuid(),
  name: text('name').notNull(),
  providerType: text('provider_type').notNull(),
  /** JSON of the secrets, sealed for owner `credentials/<uuid>/data`. */
  data: text('data').notNull(),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
});
