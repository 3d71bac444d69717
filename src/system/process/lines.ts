/** A longer line is handed out cut to this many bytes; the rest of it is dropped. */
export const maxLineBytes = 1024 * 1024;

export interface LineSplitter {
  /** The bytes are copied: the chunk may be reused afterwards. */
  push(chunk: Uint8Array): void;
  /** Hands out what stands behind the last separator, if anything does. */
  end(): void;
}

/**
 * Cuts a stream of bytes into lines at any of `separators` and hands them out at once, as latin1 strings (one
 * character is one byte). Empty lines are left out, so that `\r\n` is one end of line and not two.
 */
export function splitLines(onLine: (line: string) => void, separators: readonly number[]): LineSplitter {
  let held: Buffer[] = [];
  let heldBytes = 0;

  const hold = (bytes: Buffer) => {
    const room = maxLineBytes - heldBytes;
    if (room <= 0 || bytes.length === 0) return;
    const part = Buffer.from(bytes.length > room ? bytes.subarray(0, room) : bytes);
    held.push(part);
    heldBytes += part.length;
  };
  const release = () => {
    if (heldBytes === 0) return;
    const line = held.length === 1 ? held[0] : Buffer.concat(held, heldBytes);
    held = [];
    heldBytes = 0;
    if (line) onLine(line.toString('latin1'));
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      // the next place of each separator, searched natively: our own loop over every byte is five times slower
      const places = separators.map((byte) => placeOf(bytes, byte, 0));
      let start = 0;
      for (;;) {
        let at = bytes.length;
        for (let index = 0; index < places.length; index += 1) {
          let place = places[index] as number;
          if (place < start) {
            place = placeOf(bytes, separators[index] as number, start);
            places[index] = place;
          }
          if (place < at) at = place;
        }
        if (at === bytes.length) break;
        if (heldBytes > 0) {
          hold(bytes.subarray(start, at));
          release();
        } else if (at > start) {
          onLine(bytes.toString('latin1', start, Math.min(at, start + maxLineBytes)));
        }
        start = at + 1;
      }
      hold(bytes.subarray(start));
    },
    end: release,
  };
}

function placeOf(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

export interface Tail {
  add(chunk: Uint8Array): void;
  text(): string;
}

/** Keeps the last `maxBytes` of a stream, as text for people. */
export function keepTail(maxBytes: number): Tail {
  let kept: Buffer = Buffer.alloc(0);
  return {
    add(chunk) {
      if (chunk.length >= maxBytes) kept = Buffer.from(chunk.subarray(chunk.length - maxBytes));
      else {
        const room = maxBytes - chunk.length;
        kept = Buffer.concat([kept.length > room ? kept.subarray(kept.length - room) : kept, chunk]);
      }
    },
    text: () => kept.toString('utf8'),
  };
}
