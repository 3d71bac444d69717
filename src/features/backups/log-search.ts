import { type LogLevel, type LogStore, lineNumber, type StoredLine } from './logs.store.ts';

/** Lines looked at in one question: few enough for nobody else to wait on a small box. */
export const searchedAtOnce = 10_000;

export interface LogQuery {
  text: string;
  level: LogLevel | undefined;
  /** Most lines found in one question. */
  limit: number;
  /** Lines of the log, of whatever level, that were looked at before. */
  offset: number;
}

interface LogFound {
  lines: StoredLine[];
  /** Lines looked at from the first on, those before `offset` included. */
  searched: number;
  total: number;
}

/** Case does not matter, nor how a letter with an accent is put together: names from a Mac come in pieces. */
const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/** Looks through a stretch of a run's log for a text; whoever asks goes on at `searched` while it is below `total`. */
export function searchLog(
  logs: Pick<LogStore, 'after' | 'idOf' | 'length'>,
  runUuid: string,
  { text, level, limit, offset }: LogQuery,
): LogFound {
  const wanted = fold(text);
  const total = logs.length(runUuid);
  const start = offset === 0 ? null : logs.idOf(runUuid, offset);
  const rows = logs.after(runUuid, start, searchedAtOnce, level === 'info' ? undefined : level);
  const lines: StoredLine[] = [];
  for (const row of rows) {
    if ((level === undefined || row.level === level) && fold(row.message).includes(wanted)) lines.push(row);
    if (lines.length === limit) return { lines, searched: lineNumber(row.id), total };
  }
  const last = rows.length === searchedAtOnce ? rows.at(-1) : undefined;
  return { lines, searched: last ? lineNumber(last.id) : Math.max(offset, total), total };
}
