import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { credentials } from './table.ts';

export type CredentialRow = typeof credentials.$inferSelect;

export function createCredentialsStore(db: Db) {
  const all = db.select().from(credentials).orderBy(asc(credentials.id)).prepare();
  const ofType = db
    .select()
    .from(credentials)
    .where(eq(credentials.providerType, sql.placeholder('type')))
    .orderBy(asc(credentials.id))
    .prepare();
  const one = db
    .select()
    .from(credentials)
    .where(eq(credentials.id, sql.placeholder('id')))
    .prepare();

  return {
    list: (type?: string): CredentialRow[] => (type === undefined ? all.all() : ofType.all({ type })),
    find: (id: number): CredentialRow | undefined => one.get({ id }),
    insert: (row: Omit<CredentialRow, 'id'>): CredentialRow => db.insert(credentials).values(row).returning().get(),
    /** undefined when there is no such row. */
    update: (
      id: number,
      values: Partial<Pick<CredentialRow, 'name' | 'data' | 'updatedAt'>>,
    ): CredentialRow | undefined => db.update(credentials).set(values).where(eq(credentials.id, id)).returning().get(),
    /** In one statement with the check of the foreign keys, so that no reference can slip in between. */
    remove(id: number): 'removed' | 'missing' | 'in use' {
      try {
        const gone = db.delete(credentials).where(eq(credentials.id, id)).returning({ id: credentials.id }).get();
        return gone === undefined ? 'missing' : 'removed';
      } catch (error) {
        if (isConstraint(error)) return 'in use';
        throw error;
      }
    },
  };
}

export type CredentialsStore = ReturnType<typeof createCredentialsStore>;

/** RESTRICT is reported as a trigger's abort by some versions of SQLite, as a foreign key's by others. */
function isConstraint(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return /^SQLITE_CONSTRAINT_(FOREIGNKEY|TRIGGER)$/.test(code);
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause !== undefined && isConstraint(cause);
}
