import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../test/harness/clock.ts';
import { testWire } from '../../test/harness/test-wire.ts';
import { AppError } from '../core/errors.ts';
import { type Connection, closeCode, type Listener } from './connection.ts';
import { createConnections } from './connections.ts';

const quiet = () => ({ drained() {}, closed() {} });

function house(options: { most?: number; checkEveryMs?: number } = {}) {
  const ended = new Set<number>();
  const errors: unknown[] = [];
  const connections = createConnections({
    isOpen: (id) => !ended.has(id),
    clock: fakeClock(),
    log: { error: (message, fields) => void errors.push([message, fields]) },
    ...options,
  });
  const open = (session: number | null, serve: (connection: Connection) => Listener = quiet) => {
    const wire = testWire();
    const calls = connections.accept(session, serve);
    wire.onClose = () => calls.close(wire);
    calls.open(wire);
    return { wire, calls };
  };
  return { connections, ended, errors, open };
}

describe('open sockets', () => {
  test('are bounded: one more is refused and told when to come back', () => {
    const { connections, open } = house({ most: 2 });
    const first = open(1);
    open(null);
    expect(() => open(2)).toThrow(AppError);
    first.wire.close(1000);
    open(2);
    expect(connections.size()).toBe(2);
  });

  test('of an ended session are closed at once, and cut where the reader holds up', () => {
    const { connections, open } = house();
    const [quick, slow, other, owner] = [open(1), open(1), open(2), open(null)];
    slow.wire.waiting = 10;
    connections.endSessions([1, 3]);
    expect([quick, slow, other, owner].map(({ wire }) => wire.ended)).toEqual([4401, 'cut', null, null]);
    expect(connections.size()).toBe(2);
  });

  test('are looked at again, because time ends sessions without a word', async () => {
    const { ended, open } = house({ checkEveryMs: 10 });
    const [one, two] = [open(1), open(2)];
    ended.add(1);
    await Bun.sleep(50);
    expect([one.wire.ended, two.wire.ended]).toEqual([closeCode.sessionEnded, null]);
    two.wire.close(1000);
  });

  test('do not open for a session that ended on the way', () => {
    const { connections, ended, open } = house();
    ended.add(1);
    expect(open(1).wire.ended).toBe(closeCode.sessionEnded);
    expect(connections.size()).toBe(0);
  });

  test('are told when the server stops, and no other opens then', () => {
    const { connections, open } = house();
    const { wire } = open(1);
    connections.closeAll(closeCode.shutdown, 'The server stops');
    expect(wire.ended).toBe(1001);
    expect(() => open(1)).toThrow('about to stop');
  });

  test('end alone when what serves them fails', () => {
    const { errors, open } = house();
    const broken = open(1, () => ({
      received() {
        throw new Error('no');
      },
      drained() {},
      closed() {},
    }));
    const other = open(1);
    broken.calls.message(broken.wire, 'x');
    expect([broken.wire.ended, other.wire.ended]).toEqual([closeCode.internal, null]);
    expect(errors).toHaveLength(1);
  });

  test('speak text only', () => {
    const { open } = house();
    const { wire, calls } = open(1);
    calls.message(wire, Buffer.from('x'));
    expect(wire.ended).toBe(closeCode.unsupported);
  });
});
