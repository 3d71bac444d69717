import { and, asc, eq, inArray } from 'drizzle-orm';
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
  // A line per file of a run, on the thread that reads rsync's output: without drizzle's mapping it costs half.
  const insert = db.$client.prepare<void, [string, number, LogLevel, string]>(
    'INSERT INTO log_lines (run_uuid, timestamp, level, message) VALUES (?, ?, ?, ?)',
  );
  return {
    append(runUuid: string, lines: readonly LogLine[]): void {
      transaction(db, () => {
        for (const line of lines) insert.run(runUuid, line.timestamp, line.level, line.message);
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
