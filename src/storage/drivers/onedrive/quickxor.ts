/**
 * QuickXorHash, OneDrive's own hash (Microsoft's public description): every byte is XORed into a ring of 160 bits, each
 * 11 bits further than the one before, and the length into the last 64 bits. As 160 steps of 11 bits come round to the
 * start, bytes 160 apart meet at the same place: it is enough to XOR the content in pieces of 160 bytes, and to lay
 * them into the ring once, at the end.
 */
export interface QuickXor {
  update(bytes: Uint8Array): void;
  /** Lower-case hex of what was told so far; more may follow. */
  digest(): string;
  /** Bytes told so far. */
  readonly length: number;
  /** What `resumeQuickXor` goes on from, in another process too. */
  state(): QuickXorState;
}

interface QuickXorState {
  length: number;
  /** The 160 places, base64. */
  places: string;
}

const ringBits = 160;
const shift = 11;
const places = 160;
const digestBytes = ringBits / 8;

export const createQuickXor = (): QuickXor => from(new Uint8Array(places), 0);

/** Null for a state that is none. */
export function resumeQuickXor(state: unknown): QuickXor | null {
  const { length, places: kept } = (state ?? {}) as Partial<QuickXorState>;
  if (typeof kept !== 'string' || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    return null;
  const bytes = Uint8Array.from(Buffer.from(kept, 'base64'));
  return bytes.byteLength === places ? from(bytes, length) : null;
}

function from(sums: Uint8Array<ArrayBuffer>, start: number): QuickXor {
  const words = new Uint32Array(sums.buffer);
  let length = start;

  function update(bytes: Uint8Array): void {
    let at = 0;
    let place = length % places;
    const one = () => {
      sums[place] = (sums[place] as number) ^ (bytes[at] as number);
      place = (place + 1) % places;
      at += 1;
    };
    while (place !== 0 && at < bytes.byteLength) one();
    // Words only from an even address: the few bytes of a piece that does not lie so are added one by one.
    const rounds = (bytes.byteOffset + at) % 4 === 0 ? Math.floor((bytes.byteLength - at) / places) : 0;
    const aligned = new Uint32Array(bytes.buffer, (bytes.byteOffset + at) & ~3, rounds * words.length);
    for (let base = 0; base < aligned.length; base += words.length)
      for (let word = 0; word < words.length; word += 1)
        words[word] = (words[word] as number) ^ (aligned[base + word] as number);
    at += rounds * places;
    while (at < bytes.byteLength) one();
    length += bytes.byteLength;
  }

  function digest(): string {
    const ring = new Uint8Array(digestBytes);
    const mix = (index: number, bits: number) => {
      ring[index % digestBytes] = (ring[index % digestBytes] as number) ^ bits;
    };
    for (let place = 0; place < places; place += 1) {
      const bit = (place * shift) % ringBits;
      const bits = (sums[place] as number) << (bit % 8);
      mix(bit >> 3, bits & 0xff);
      mix((bit >> 3) + 1, bits >> 8);
    }
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(length));
    for (const [index, byte] of size.entries()) mix(digestBytes - 8 + index, byte);
    return Buffer.from(ring).toString('hex');
  }

  return {
    update,
    digest,
    get length() {
      return length;
    },
    state: () => ({ length, places: Buffer.from(sums).toString('base64') }),
  };
}
