import { describe, expect, test } from 'bun:test';
import type { LogLineView, LogSearchView } from '../../api/runs.ts';
import { createSearchWalk, type Found } from './search-walk.ts';

const line = (id: number): LogLineView => ({ id, run_id: 1, timestamp: '', level: 'info', message: `line ${id}` });

/** A log in which every tenth line fits, looked through a hundred at a time. */
function box(total: number) {
  const log = { total, broken: false, asked: 0, beforeAnswer: () => {} };
  const ask = async (offset: number): Promise<LogSearchView> => {
    log.asked += 1;
    if (log.broken) throw new Error('gone');
    const searched = Math.min(log.total, offset + 100);
    const lines = [];
    for (let id = offset + 1; id <= searched; id += 1) if (id % 10 === 0) lines.push(line(id));
    log.beforeAnswer();
    return { lines, searched, total: log.total, more: searched < log.total };
  };
  return { log, ask };
}
const search = (total: number, most?: number) => {
  const told: Found[] = [];
  const { log, ask } = box(total);
  const walk = createSearchWalk(ask, (found) => told.push(found), most);
  return { log, walk, told, last: () => told.at(-1) };
};
const ids = (found: Found | undefined) => found?.lines.map((one) => one.id);

describe('searching a long log', () => {
  test('finds all of it, and tells how far it is on the way', async () => {
    const { walk, told, last } = search(350);
    await walk.walk();
    expect(ids(last())).toEqual(Array.from({ length: 35 }, (_, n) => (n + 1) * 10));
    expect(last()).toMatchObject({ searched: 350, total: 350, state: 'whole' });
    expect(told.map((found) => found.searched)).toEqual([0, 100, 200, 300, 350]);
  });

  test('can be stopped, and goes on where it stopped', async () => {
    const { log, walk, last } = search(350);
    log.beforeAnswer = () => log.asked === 2 && walk.stop();
    await walk.walk();
    expect(last()).toMatchObject({ searched: 200, state: 'stopped' });
    await walk.walk();
    expect(ids(last())).toHaveLength(35);
    expect(last()?.state).toBe('whole');
  });

  test('finds what came since, each line once, without saying that it searches again', async () => {
    const { log, walk, told, last } = search(100);
    await walk.walk();
    log.total = 130;
    const before = told.length;
    await walk.walk();
    expect(told.slice(before).map((found) => found.state)).toEqual(['whole']);
    expect(ids(last())).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]);
  });

  test('ends when it has found enough, and says so', async () => {
    const { log, walk, last } = search(10_000, 25);
    await walk.walk();
    expect(last()?.lines).toHaveLength(25);
    expect(last()?.state).toBe('full');
    expect(log.asked).toBe(3);
    await walk.walk();
    expect(log.asked).toBe(3);
  });

  test('says when the box does not answer, keeps what it has, and can be tried again', async () => {
    const { log, walk, last } = search(350);
    log.beforeAnswer = () => {
      if (log.asked === 2) log.broken = true;
    };
    await walk.walk();
    expect(last()).toMatchObject({ searched: 200, state: 'failed' });
    log.broken = false;
    log.beforeAnswer = () => {};
    await walk.walk();
    expect(ids(last())).toHaveLength(35);
  });

  test('is silent once it is closed', async () => {
    const { log, walk, told } = search(350);
    log.beforeAnswer = () => walk.close();
    await walk.walk();
    expect(log.asked).toBe(1);
    expect(told.map((found) => found.searched)).toEqual([0]);
  });
});
