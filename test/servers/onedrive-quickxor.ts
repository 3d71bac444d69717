const ringBytes = 20;

/** QuickXorHash byte by byte, as Microsoft describes it. Slow, and shares nothing with the one that is tested by it. */
export function slowQuickXor(): { update(bytes: Uint8Array): void; base64(): string } {
  const ring = new Uint8Array(ringBytes);
  let told = 0;
  let bit = 0;
  const toggle = (at: number, value: number) => {
    const index = at % ringBytes;
    ring[index] = (ring[index] ?? 0) ^ value;
  };
  return {
    update(bytes) {
      for (const byte of bytes) {
        const wide = byte << (bit & 7);
        toggle(bit >> 3, wide & 255);
        toggle((bit >> 3) + 1, wide >> 8);
        bit += 11;
        if (bit >= 160) bit -= 160;
      }
      told += bytes.length;
    },
    base64() {
      const answer = Uint8Array.from(ring);
      let length = BigInt(told);
      for (let index = 12; index < ringBytes; index += 1) {
        answer[index] = (answer[index] ?? 0) ^ Number(length & 255n);
        length >>= 8n;
      }
      return Buffer.from(answer).toString('base64');
    },
  };
}
