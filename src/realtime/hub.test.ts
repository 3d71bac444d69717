import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../test/harness/clock.ts';
import { type TestWire, testWire } from '../../test/harness/test-wire.ts';
import { closeCode, wireConnection } from './connection.ts';
import { createHub } from './hub.ts';

function house() {
  const hub = createHub();
  let state = 0;
  const numbers = hub.topic('numbers', () => JSON.stringify({ state }));
  hub.topic('other', () => '[]');
  const open = () => {
    const wire = testWire();
    const connection = wireConnection(
      wire,
      {
        clock: fakeClock(),
        onError(error) {
          throw error;
        },
      },
      hub.serve,
    );
    wire.onClose = () => connection.closed();
    const say = (message: unknown) => connection.message(JSON.stringify(message));
    return { wire, connection, say };
  };
  const count = () => {
    state += 1;
    numbers.publish(() => JSON.stringify(state));
  };
  return { open, count, numbers };
}
const heard = (wire: TestWire) => wire.sent.splice(0).map((text) => JSON.parse(text) as unknown);

describe('a topic', () => {
  test('tells its whole state, then every change with the next number', () => {
    const { open, count } = house();
    count();
    const { wire, say } = open();
    say({ subscribe: ['numbers'] });
    count();
    count();
    expect(heard(wire)).toEqual([
      { topic: 'numbers', seq: 1, snapshot: { state: 1 } },
      { topic: 'numbers', seq: 2, change: 2 },
      { topic: 'numbers', seq: 3, change: 3 },
    ]);
  });

  test('gives all subscribers the same numbers, and a new snapshot to who subscribes again', () => {
    const { open, count } = house();
    const [one, two] = [open(), open()];
    one.say({ subscribe: ['numbers', 'other'] });
    count();
    two.say({ subscribe: ['numbers'] });
    one.say({ subscribe: ['numbers'] });
    count();
    expect(heard(one.wire).slice(-2)).toEqual(heard(two.wire));
  });

  test('is silent after unsubscribing, and after closing', () => {
    const { open, count } = house();
    const [one, two] = [open(), open()];
    one.say({ subscribe: ['numbers'] });
    two.say({ subscribe: ['numbers'] });
    one.say({ unsubscribe: ['numbers'] });
    two.wire.close(1000);
    heard(one.wire);
    heard(two.wire);
    count();
    expect([...heard(one.wire), ...heard(two.wire)]).toEqual([]);
  });

  test('keeps no more than a little for who does not read, and starts them over once they do', () => {
    const { open, count } = house();
    const { wire, connection, say } = open();
    say({ subscribe: ['numbers'] });
    heard(wire);
    wire.waiting = 1;
    for (let n = 0; n < 10_000; n++) count();
    expect(wire.waiting).toBeLessThan(70_000);
    const seen = heard(wire) as { seq: number }[];
    wire.waiting = 0;
    connection.drain();
    count();
    expect(heard(wire)).toEqual([
      { topic: 'numbers', seq: 10_000, snapshot: { state: 10_000 } },
      { topic: 'numbers', seq: 10_001, change: 10_001 },
    ]);
    expect(seen.at(-1)?.seq).toBeLessThan(10_000);
  });

  test('asked for again and again by who does not read is sent once', () => {
    const { open } = house();
    const { wire, connection, say } = open();
    wire.waiting = 70_000;
    for (let n = 0; n < 50; n++) say({ subscribe: ['numbers'] });
    expect(heard(wire)).toEqual([]);
    wire.waiting = 0;
    connection.drain();
    expect(heard(wire)).toHaveLength(1);
  });

  test('costs nothing while nobody listens, but counts', () => {
    const { open, numbers } = house();
    numbers.publish(() => {
      throw new Error('nobody wants to know');
    });
    const { wire, say } = open();
    say({ subscribe: ['numbers'] });
    expect(heard(wire)).toMatchObject([{ seq: 1 }]);
  });
});

describe('what a client says', () => {
  test('of a topic nobody knows is answered, and the rest holds', () => {
    const { open } = house();
    const { wire, say } = open();
    say({ subscribe: ['drives', 'other'] });
    expect(heard(wire)).toEqual([
      { error: 'Not found', message: 'There is no topic "drives". Topics: numbers, other.' },
      { topic: 'other', seq: 0, snapshot: [] },
    ]);
    expect(wire.ended).toBeNull();
  });

  test.each([
    '',
    'nonsense',
    '7',
    'null',
    '[]',
    '{}',
    '{"subscribe":"jobs"}',
    '{"subscribe":[1]}',
    '{"subscribe":null}',
  ])('must make sense: %s ends it', (text) => {
    const { open } = house();
    const { wire, connection } = open();
    connection.message(text);
    expect(wire.ended).toBe(closeCode.policy);
  });
});
