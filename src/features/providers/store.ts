import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { hostKeys } from './table.ts';

type HostKeyRow = typeof hostKeys.$inferSelect;

/** Pinned SSH host keys. */
export function createHostKeyStore(db: Db) {
  const at = (host: string, port: number) => and(eq(hostKeys.host, host.toLowerCase()), eq(hostKeys.port, port));
  return {
    list: (): HostKeyRow[] => db.select().from(hostKeys).orderBy(asc(hostKeys.host), asc(hostKeys.port)).all(),
    find: (host: string, port: number): HostKeyRow | null =>
      db.select().from(hostKeys).where(at(host, port)).get() ?? null,
    /** Only where nothing is pinned: two first visits at once keep the first key. */
    add(row: HostKeyRow): void {
      db.insert(hostKeys)
        .values({ ...row, host: row.host.toLowerCase() })
        .onConflictDoNothing()
        .run();
    },
    replace(row: HostKeyRow): void {
      const values = { ...row, host: row.host.toLowerCase() };
      db.insert(hostKeys)
        .values(values)
        .onConflictDoUpdate({ target: [hostKeys.host, hostKeys.port], set: values })
        .run();
    },
    remove: (host: string, port: number): boolean =>
      db.delete(hostKeys).where(at(host, port)).returning({ host: hostKeys.host }).all().length > 0,
  };
}

export type HostKeyStore = ReturnType<typeof createHostKeyStore>;
