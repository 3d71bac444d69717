import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { dice, seedFor } from '../../../test/harness/random.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { assets } from '../../config/assets.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { type Db, openDatabase } from '../../db/open.ts';
import { createLogStore, type LogLevel, type LogLine, lineNumber } from './logs.store.ts';

const levels: readonly LogLevel[] = ['info', 'warning', 'error'];

function openLogs(path = join(tempDir('logs'), 'logs.db')): Db {
  const db = openDatabase(path, 'NORMAL');
  migrateDatabase(db, join(assets().migrations, 'logs'), () => {});
  return db;
}

const line = (level: LogLevel, message: string): LogLine => ({ timestamp: message.length, level, message });

/** Lines `from` to `to` of a run with these levels. */
const lines = (from: number, to: number, levelOf: (n: number) => LogLevel): LogLine[] =>
  Array.from({ length: to - from }, (_, at) => line(levelOf(from + at), `line ${from + at}`));

describe('whatever is written in whatever order', () => {
  test('every page of every run holds exactly its lines, also after the database was closed and opened', () => {
    const { next, pick } = dice(seedFor('log pages'));
    const path = join(tempDir('logs'), 'logs.db');
    let db = openLogs(path);
    let store = createLogStore(db);
    const model = new Map(['a', 'b', 'c', 'd'].map((run) => [run, [] as (LogLine & { number: number })[]]));
    const runs = [...model.keys()];
    let said = 0;
    /** Levels come in stretches, some of them long, as they do when a folder cannot be read. */
    const batch = (): LogLine[] =>
      Array.from({ length: 1 + next(4) }, () => {
        const level = pick(levels);
        const length = pick([1, 2, 10, 150]);
        return Array.from({ length }, () => line(level, `${level} ${said++}`));
      }).flat();
    const steps: Record<string, (run: string) => void> = {
      append(run) {
        const added = batch();
        store.append(run, added);
        const all = model.get(run) ?? [];
        model.set(run, [...all, ...added.map((one, at) => ({ ...one, number: all.length + at + 1 }))]);
      },
      fail(run) {
        const broken = { timestamp: 0, level: 'error', message: null as unknown as string } as const;
        const added = batch();
        added.splice(next(added.length), 0, broken);
        expect(() => store.append(run, added)).toThrow('NOT NULL');
      },
      read(run) {
        const level = pick([undefined, ...levels]);
        const wanted = (model.get(run) ?? []).filter((one) => level === undefined || one.level === level);
        const [limit, offset] = [1 + next(pick([3, 300])), next(wanted.length + 3)];
        const found = store
          .list(run, level, limit, offset)
          .map(({ id, ...rest }) => ({ ...rest, number: lineNumber(id) }));
        expect(found).toEqual(wanted.slice(offset, offset + limit));
      },
      follow(run) {
        const all = model.get(run) ?? [];
        const known = next(all.length + 1);
        const last = known === 0 ? null : (store.list(run, undefined, 1, known - 1)[0]?.id ?? null);
        const found = store.after(run, last, 20).map((one) => one.message);
        expect(found).toEqual(all.slice(known, known + 20).map((one) => one.message));
      },
      done: (run) => store.done(run),
      remove(run) {
        store.remove([run]);
        model.set(run, []);
        expect(store.list(run, undefined, 10, 0)).toEqual([]);
      },
      tidy: () => void store.removeSome(),
      reopen() {
        db.$client.close();
        db = openLogs(path);
        store = createLogStore(db);
      },
    };
    const odds = { append: 30, fail: 4, read: 60, follow: 10, done: 5, remove: 1, tidy: 3, reopen: 2 };
    const deck = Object.entries(odds).flatMap(([step, times]) => Array<string>(times).fill(step));
    for (let step = 0; step < scale.propertyRounds * 5; step += 1) steps[pick(deck)]?.(pick(runs));
    while (store.removeSome());
    for (const run of runs)
      expect(store.list(run, undefined, 1_000_000, 0).map((one) => one.message)).toEqual(
        (model.get(run) ?? []).map((one) => one.message),
      );
  });

  test('a run that writes without end never reaches into the next one', () => {
    const db = openLogs();
    const store = createLogStore(db);
    store.append('endless', [line('info', 'first')]);
    store.append('next', [line('info', 'of the next run')]);
    db.$client.run('INSERT INTO log_lines VALUES (2 * 16777216 - 2, 0, ?, 0, ?)', ['info', 'the last but one']);
    store.done('endless');
    store.append('endless', [line('info', 'the last'), line('error', 'one too many')]);
    store.append('endless', [line('error', 'and another')]);
    const all = store.list('endless', undefined, 10, 0).map((one) => one.message);
    expect(all).toEqual(['first', 'the last but one', 'the last']);
    expect(store.list('next', undefined, 10, 0).map((one) => one.message)).toEqual(['of the next run']);
  });
});

describe('what a run would have deleted', () => {
  test('is listed in pages, and goes in pieces or with the run', () => {
    const store = createLogStore(openLogs());
    const paths = Array.from({ length: 12_000 }, (_, n) => Buffer.from(`src\0f${n}\xff`, 'latin1'));
    store.append('a', [line('info', 'begins')]);
    for (let from = 0; from < paths.length; from += 1000) {
      store.addDeletions('a', paths.slice(from, from + 1000));
      store.addDeletions('b', paths.slice(from, from + 10));
    }
    expect(store.deletions('a', 3, 11_998)).toEqual(paths.slice(11_998));
    expect(store.deletions('a', 20_000, 0)).toEqual(paths);
    expect(store.deletions('b', 2, 119)).toEqual(paths.slice(11_009, 11_010));
    expect(store.deletions('unknown', 2, 0)).toEqual([]);

    let pieces = 0;
    while (store.dropDeletions('a')) pieces += 1;
    expect([pieces, store.deletions('a', 1, 0)]).toEqual([3, []]);
    expect(store.list('a', undefined, 10, 0)).toHaveLength(1);
    store.remove(['b']);
    expect(store.deletions('b', 1, 0)).toEqual([]);
  });
});

describe('removing runs', () => {
  const count = (db: Db) => db.$client.query<{ n: number }, []>('SELECT count(*) AS n FROM log_lines').get()?.n;

  test('forgets at once and removes a few thousand lines at a time, only those', () => {
    const db = openLogs();
    const store = createLogStore(db);
    for (const run of ['big', 'kept'])
      store.append(
        run,
        lines(0, 12_000, () => 'info'),
      );
    store.addDeletions('big', [Buffer.from('src\0a')]);
    store.remove(['big']);
    expect([store.list('big', undefined, 1, 0), count(db)]).toEqual([[], 24_000]);
    const left: unknown[] = [];
    while (store.removeSome()) left.push(count(db));
    expect(left).toEqual([19_000, 14_000]);
    expect(count(db)).toBe(12_000);
    expect(store.list('kept', undefined, 20_000, 0)).toHaveLength(12_000);
    expect(db.$client.query('SELECT * FROM planned_deletions').all()).toEqual([]);
    expect(db.$client.query('SELECT run_uuid FROM log_runs').all()).toEqual([{ run_uuid: 'kept' }]);
  });

  test('finds lines of runs that are not known any more, after a crash between the two databases', () => {
    const store = createLogStore(openLogs());
    for (const run of ['known', 'lost', 'lost too'])
      store.append(
        run,
        lines(0, 3, () => 'info'),
      );
    store.sweep(new Set(['known', 'without lines']));
    expect(['known', 'lost', 'lost too'].map((run) => store.list(run, undefined, 9, 0).length)).toEqual([3, 0, 0]);
  });
});

/** The same database, and every statement that is run on it: its text and the rows it answered. */
function watched(db: Db): { db: Db; seen: { text: string; rows: number }[] } {
  const seen: { text: string; rows: number }[] = [];
  const watchStatement = (text: string, statement: object): object =>
    new Proxy(statement, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const answer = value.apply(target, args);
          if (name === 'all' || name === 'get')
            seen.push({ text, rows: Array.isArray(answer) ? answer.length : answer ? 1 : 0 });
          return answer;
        };
      },
    });
  const client = new Proxy(db.$client, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const bound = value.bind(target);
      if (name !== 'prepare' && name !== 'query') return bound;
      return (text: string) => watchStatement(text, bound(text));
    },
  });
  return { db: { $client: client } as Db, seen };
}

describe(`a page of a run with ${scale.logLines} lines`, () => {
  const last = scale.logLines - 1;
  const shapes: Record<string, (n: number) => LogLevel> = {
    'that went well': (n) => (n % 997 === 500 ? 'warning' : 'info'),
    'of which nothing could be read': (n) => (n < 3 || n > last - 3 ? 'info' : 'error'),
    'with all levels mixed': (n) => levels[(n ^ (n >> 3)) % 3] ?? 'info',
    'that said one thing': () => 'info',
  };
  const real = openLogs();
  const { db, seen } = watched(real);
  const store = createLogStore(db);
  for (const [run, levelOf] of Object.entries(shapes))
    for (let from = 0; from <= last; from += 5000)
      store.append(run, lines(from, Math.min(from + 5000, last + 1), levelOf));

  for (const [run, levelOf] of Object.entries(shapes))
    test(`${run} is found without looking at the others`, () => {
      const limit = 100;
      for (const level of [undefined, ...levels]) {
        const wanted: number[] = [];
        for (let n = 0; n <= last; n += 1) if (level === undefined || levelOf(n) === level) wanted.push(n);
        const offsets = [
          0,
          1,
          Math.floor(wanted.length / 2),
          wanted.length - 50,
          wanted.length - 1,
          wanted.length,
          last,
        ];
        for (const offset of new Set(offsets.filter((one) => one >= 0))) {
          seen.length = 0;
          const found = store.list(run, level, limit, offset);
          expect(found.map((one) => one.message)).toEqual(wanted.slice(offset, offset + limit).map((n) => `line ${n}`));
          const looked = seen.reduce((all, one) => all + one.rows, 0);
          expect([level, offset, looked < 10 * limit, seen.length < 200]).toEqual([level, offset, true, true]);
        }
      }
    });

  test('needs no statement that goes through a table or sorts', () => {
    seen.length = 0;
    for (const level of [undefined, ...levels]) store.list('with all levels mixed', level, 10, 5);
    store.after('that went well', null, 10);
    store.done('that went well');
    store.append('that went well', [line('info', 'one more')]);
    const texts = new Set(seen.map((one) => one.text).filter((text) => text.includes('SELECT')));
    expect(texts.size).toBeGreaterThan(3);
    for (const text of texts) {
      const plan = real.$client
        .query<{ detail: string }, number[]>(`EXPLAIN QUERY PLAN ${text}`)
        .all(...Array<number>((text.match(/\?/g) ?? []).length).fill(1))
        .map((row) => row.detail);
      expect([text, plan]).toEqual([text, [expect.stringMatching(/^SEARCH .* USING /)]]);
      if (text.includes('level =')) expect(plan[0]).toContain('INDEX log_lines_notable (level=? AND id>? AND id<?)');
    }
  });
});
