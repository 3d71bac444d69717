import { describe, expect, test } from 'bun:test';
import { applyToJobs, applyToRuns, emptyTopic, readMessage, reduce, type TopicState } from './reduce.ts';

interface Row {
  id: number;
  name: string;
}
const a = { id: 1, name: 'a' };
const b = { id: 2, name: 'b' };
const b2 = { id: 2, name: 'b again' };
const at = (seq: number | null, ...rows: Row[]): TopicState<Row> => ({ seq, rows });
const change = (seq: number, what: object) => ({ topic: 'runs', seq, change: what });
const snapshot = (seq: number, ...rows: Row[]) => ({ topic: 'runs', seq, snapshot: rows });

describe('what is shown live', () => {
  const steps: [name: string, before: TopicState<Row>, Parameters<typeof reduce>[1], TopicState<Row>, gap: boolean][] =
    [
      ['begins with a snapshot', emptyTopic, snapshot(7, a), at(7, a), false],
      ['is replaced by a later snapshot', at(7, a), snapshot(3, b), at(3, b), false],
      ['takes the next change', at(7, a), change(8, { run: b }), at(8, a, b), false],
      ['replaces a row in its place', at(7, b, a), change(8, { run: b2 }), at(8, b2, a), false],
      ['loses what was removed', at(7, a, b), change(8, { removed: [1, 9] }), at(8, b), false],
      ['ignores a change it had already', at(7, a), change(7, { run: b }), at(7, a), false],
      ['keeps the old rows and asks again after a gap', at(7, a), change(9, { run: b }), at(null, a), true],
      ['asks only once per gap', at(null, a), change(10, { run: b }), at(null, a), false],
      ['ignores a change before any snapshot', emptyTopic, change(1, { run: a }), emptyTopic, false],
    ];
  for (const [name, before, message, state, gap] of steps)
    test(name, () => expect(reduce(before, message, applyToRuns<Row>)).toEqual({ state, gap }));

  test('a job is added, changed and removed by its id', () => {
    expect(applyToJobs([a], { job: b })).toEqual([a, b]);
    expect(applyToJobs([a, b], { job: b2 })).toEqual([a, b2]);
    expect(applyToJobs([a, b], { removed: 1 })).toEqual([b]);
  });

  test('is never touched by the rows of a state it came from', () => {
    const rows = [a, b];
    applyToRuns(rows, { run: b2 });
    applyToRuns(rows, { removed: [1] });
    expect(rows).toEqual([a, b]);
  });
});

describe('a frame', () => {
  const strange = ['', '{', 'null', '[]', '{"topic":"runs"}', '{"topic":"runs","seq":1}', '{"type":"pong"}'];
  for (const text of strange)
    test(`that says ${text || 'nothing'} is left alone`, () => expect(readMessage(text)).toBeNull());

  test('with a snapshot or a change is understood', () => {
    expect(readMessage('{"topic":"jobs","seq":1,"snapshot":[]}')).toEqual({ topic: 'jobs', seq: 1, snapshot: [] });
    expect(readMessage('{"topic":"jobs","seq":2,"change":{"removed":3}}')).toEqual({
      topic: 'jobs',
      seq: 2,
      change: { removed: 3 },
    });
  });
});
