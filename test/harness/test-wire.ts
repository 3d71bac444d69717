import type { Wire } from '../../src/realtime/connection.ts';

/** The listener's side of a socket, whose reader a test plays: nothing is taken while `waiting` is above 0. */
export interface TestWire extends Wire {
  sent: string[];
  /** Bytes the reader has not taken. */
  waiting: number;
  /** Close code; `cut` without one; null while it is open. */
  ended: number | 'cut' | null;
  onClose(): void;
}

export function testWire(): TestWire {
  const end = (how: number | 'cut') => {
    if (wire.ended !== null) return;
    wire.ended = how;
    wire.onClose();
  };
  const wire: TestWire = {
    sent: [],
    waiting: 0,
    ended: null,
    onClose() {},
    send(text) {
      if (wire.ended !== null) return 0;
      wire.sent.push(text);
      if (wire.waiting === 0) return text.length;
      wire.waiting += text.length;
      return -1;
    },
    cork: (work) => work(),
    getBufferedAmount: () => wire.waiting,
    close: (code = 1000) => end(code),
    terminate: () => end('cut'),
  };
  return wire;
}
