import { type Db, transaction } from '../../db/open.ts';

export type LogLevel = 'info' | 'warning' | 'error';
export interface LogLine {
  timestamp: number;
  level: LogLevel;
  message: string;
}
export interface StoredLine extends LogLine {
  id: number;
}

/** Rows of one run: `run * 2^24` up to, not including, `(run + 1) * 2^24`. */
const rowsPerRun = 2 ** 24;
/** A line's number in its run, from 1: what people see as its id. */
export const lineNumber = (id: number): number => (id % rowsPerRun) + 1;
/** Rows removed in one transaction: nobody waits long for the database. */
const removedAtOnce = 5000;
/** Lines looked at in one piece when only those of level info are wanted. */
const piece = 100;

type Notable = Exclude<LogLevel, 'info'>;

interface Place {
  run: number;
  /** Id of the next line. */
  next: number;
  levels: Record<LogLevel, number>;
}

/** What runs said, and what they would have deleted: `logs.db`. */
export function createLogStore(db: Db) {
  const { $client: sql } = db;
  const insertLine = sql.prepare<void, [number, number, LogLevel, number, string]>(
    'INSERT INTO log_lines (id, timestamp, level, level_place, message) VALUES (?, ?, ?, ?, ?)',
  );
  const insertDeletion = sql.prepare<void, [number, Buffer]>('INSERT INTO planned_deletions (id, path) VALUES (?, ?)');
  const runOf = sql.prepare<{ id: number }, [string]>('SELECT id FROM log_runs WHERE run_uuid = ?');
  const addRun = sql.prepare<{ id: number }, [string]>('INSERT INTO log_runs (run_uuid) VALUES (?) RETURNING id');
  const forgotten = sql.prepare<{ id: number }, []>('SELECT id FROM log_runs WHERE run_uuid IS NULL LIMIT 1');
  const lastLine = sql.prepare<{ id: number }, [number, number]>(
    'SELECT id FROM log_lines WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
  );
  const lastDeletion = sql.prepare<{ id: number }, [number, number]>(
    'SELECT id FROM planned_deletions WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
  );
  const page = sql.prepare<StoredLine, [number, number, number]>(
    'SELECT id, timestamp, level, message FROM log_lines WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
  );
  // `level IN` names the partial index: without these words it would not be used.
  const pageOf = sql.prepare<StoredLine, [Notable, number, number, number]>(
    `SELECT id, timestamp, level, message FROM log_lines
     WHERE level = ? AND level IN ('warning', 'error') AND id >= ? AND id < ? ORDER BY id LIMIT ?`,
  );
  const lastOf = sql.prepare<{ place: number }, [Notable, number, number]>(
    `SELECT level_place AS place FROM log_lines
     WHERE level = ? AND level IN ('warning', 'error') AND id >= ? AND id < ? ORDER BY id DESC LIMIT 1`,
  );

  /** How many lines of a level stand before `end`: an id of the run, or the one after its last. Ids have no gaps. */
  const before = (level: LogLevel, from: number, end: number): number => {
    if (level === 'info') return end - from - before('warning', from, end) - before('error', from, end);
    const last = lastOf.get(level, from, end);
    return last ? last.place + 1 : 0;
  };

  /** Of runs that write at the moment; asked of the database once a run. */
  const places = new Map<string, Place>();
  const placeOf = (runUuid: string): Place => {
    const known = places.get(runUuid);
    if (known) return known;
    const run = (runOf.get(runUuid) ?? addRun.get(runUuid))?.id ?? 0;
    const from = run * rowsPerRun;
    const next = endOf(run);
    const place: Place = {
      run,
      next,
      levels: {
        info: before('info', from, next),
        warning: before('warning', from, next),
        error: before('error', from, next),
      },
    };
    places.set(runUuid, place);
    return place;
  };
  /** Id after the run's last line. */
  const endOf = (run: number): number => {
    const from = run * rowsPerRun;
    return (lastLine.get(from, from + rowsPerRun)?.id ?? from - 1) + 1;
  };
  const range = (runUuid: string): { run: number; from: number; to: number } | null => {
    const run = runOf.get(runUuid)?.id;
    return run === undefined ? null : { run, from: run * rowsPerRun, to: (run + 1) * rowsPerRun };
  };

  /** Id of the line of this level that has `offset` lines of it before it in the run; null when there is none. */
  const seek = (level: LogLevel, from: number, end: number, offset: number): number | null => {
    const wanted = offset + 1;
    if (before(level, from, end) < wanted) return null;
    let [low, high] = [from + wanted, end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = before(level, from, middle);
      if (found >= wanted) high = middle;
      else low = middle + wanted - found;
    }
    return high - 1;
  };

  /** Most lines are of level info and in no index: read in pieces, leaping over long stretches without any. */
  const infoPage = (from: number, end: number, limit: number, offset: number): StoredLine[] => {
    const lines: StoredLine[] = [];
    let at = seek('info', from, end, offset);
    while (at !== null && at < end && lines.length < limit) {
      const rows: StoredLine[] = page.all(at, end, piece);
      const infos = rows.filter((row) => row.level === 'info');
      lines.push(...infos);
      at = infos.length > 0 ? at + rows.length : seek('info', from, end, offset + lines.length);
    }
    return lines.slice(0, limit);
  };

  /** Removes at most so many rows of a run from a table; how many there were. */
  const removeRows = (table: 'log_lines' | 'planned_deletions', run: number, atMost: number): number =>
    sql
      .query(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE id >= ? AND id < ? LIMIT ?)`)
      .run(run * rowsPerRun, (run + 1) * rowsPerRun, atMost).changes;

  return {
    append(runUuid: string, lines: readonly LogLine[]): void {
      try {
        transaction(db, () => {
          const place = placeOf(runUuid);
          const end = (place.run + 1) * rowsPerRun;
          for (const line of lines) {
            if (place.next >= end) return; // sixteen million lines: nobody reads the rest
            insertLine.run(place.next++, line.timestamp, line.level, place.levels[line.level]++, line.message);
          }
        });
      } catch (error) {
        places.delete(runUuid); // nothing was written, but places were counted
        throw error;
      }
    },
    /** Nothing more is written for this run soon. */
    done: (runUuid: string): void => void places.delete(runUuid),
    list(runUuid: string, level: LogLevel | undefined, limit: number, offset: number): StoredLine[] {
      const rows = range(runUuid);
      if (!rows) return [];
      if (!level) return page.all(rows.from + offset, rows.to, limit);
      const end = endOf(rows.run);
      if (level === 'info') return infoPage(rows.from, end, limit, offset);
      const start = seek(level, rows.from, end, offset);
      return start === null ? [] : pageOf.all(level, start, end, limit);
    },
    /** Lines after the one with this id (from the first for null), oldest first; only warnings or errors if so asked. */
    after(runUuid: string, id: number | null, limit: number, level?: Notable): StoredLine[] {
      const rows = range(runUuid);
      if (!rows) return [];
      const start = id === null ? rows.from : id + 1;
      return level ? pageOf.all(level, start, rows.to, limit) : page.all(start, rows.to, limit);
    },
    /** Id of a run's line by its number, from 1, whether it is there yet or not; null for a run that said nothing. */
    idOf(runUuid: string, number: number): number | null {
      const rows = range(runUuid);
      return rows && Math.min(rows.from + number, rows.to) - 1;
    },
    /** How many lines a run has. */
    length(runUuid: string): number {
      const rows = range(runUuid);
      return rows ? endOf(rows.run) - rows.from : 0;
    },

    addDeletions(runUuid: string, paths: readonly Buffer[]): void {
      transaction(db, () => {
        const run = (runOf.get(runUuid) ?? addRun.get(runUuid))?.id ?? 0;
        const [from, to] = [run * rowsPerRun, (run + 1) * rowsPerRun];
        const last = lastDeletion.get(from, to);
        let next = last ? last.id + 1 : from;
        for (const path of paths) if (next < to) insertDeletion.run(next++, path);
      });
    },
    /** Removes some of a run's planned deletions, some five thousand at most; true while there may be more. */
    dropDeletions(runUuid: string): boolean {
      const rows = range(runUuid);
      return rows !== null && transaction(db, () => removeRows('planned_deletions', rows.run, removedAtOnce)) > 0;
    },
    /** In the order they were added. */
    deletions(runUuid: string, limit: number, offset: number): Buffer[] {
      const rows = range(runUuid);
      if (!rows) return [];
      return sql
        .query<{ path: Uint8Array }, [number, number, number]>(
          'SELECT path FROM planned_deletions WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
        )
        .all(rows.from + offset, rows.to, limit)
        .map((row) => Buffer.from(row.path));
    },

    /** Forgets runs at once; their rows go with `removeSome`. */
    remove(runUuids: readonly string[]): void {
      transaction(db, () => {
        for (const uuid of runUuids) {
          places.delete(uuid);
          sql.run('UPDATE log_runs SET run_uuid = NULL WHERE run_uuid = ?', [uuid]);
        }
      });
    },
    /** Forgets all runs but these (a crash between the two databases). */
    sweep(known: ReadonlySet<string>): void {
      const present = sql
        .query<{ uuid: string }, []>('SELECT run_uuid AS uuid FROM log_runs WHERE run_uuid NOTNULL')
        .all();
      this.remove(present.map((row) => row.uuid).filter((uuid) => !known.has(uuid)));
    },
    /** Removes some rows of forgotten runs, some five thousand at most; true while there may be more. */
    removeSome(): boolean {
      if (!forgotten.get()) return false;
      return transaction(db, () => {
        for (let left = removedAtOnce; left > 0; left -= 1) {
          const run = forgotten.get()?.id;
          if (run === undefined) return false;
          for (const table of ['log_lines', 'planned_deletions'] as const)
            if (left > 0) left -= removeRows(table, run, left);
          if (left > 0) sql.run('DELETE FROM log_runs WHERE id = ?', [run]);
        }
        return true;
      });
    },
  };
}

export type LogStore = ReturnType<typeof createLogStore>;
