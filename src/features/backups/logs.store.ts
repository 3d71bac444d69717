import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../db/open.ts';
import { logLines } from './logs.table.ts';

export type LogLevel = 'info' | 'warning' | 'error';
export interface LogLine {
  timestamp: number;
  level: LogLevel;
  message: string;
}

/** Log lines of runs, in `logs.db`. */
export function createLogStore(db: Db) {
  const insert = db
    .insert(logLines)
    .values({
      runUuid: sql.placeholder('runUuid'),
      timestamp: sql.placeholder('timestamp'),
      level: sql.placeholder('level'),
      message: sql.placeholder('message'),
    })
    .prepare();
  return {
    append(runUuid: string, lines: readonly LogLine[]): void {
      transaction(db, () => {
        for (const line of lines) insert.run({ runUuid, ...line });
      });
    },
    list: (runUuid: string, level: LogLevel | undefined, limit: number, offset: number) =>
      db
        .select()
        .from(logLines)
        .where(and(eq(logLines.runUuid, runUuid), level ? eq(logLines.level, level) : undefined))
        .orderBy(asc(logLines.id))
        .limit(limit)
        .offset(offset)
        .all(),
    remove(runUuids: readonly string[]): void {
      if (runUuids.length > 0)
        db.delete(logLines)
          .where(inArray(logLines.runUuid, [...runUuids]))
          .run();
    },
    /** Removes lines of runs that are no more (a crash between the two databases). */
    sweep(known: ReadonlySet<string>): void {
      const present = db.selectDistinct({ uuid: logLines.runUuid }).from(logLines).all();
      this.remove(present.map((row) => row.uuid).filter((uuid) => !known.has(uuid)));
    },
  };
}

export type LogStore = ReturnType<typeof createLogStore>;
