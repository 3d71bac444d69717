const words = 8;

/**
 * One number for a set of names, whatever order they come in and however many they are: the sum of their SHA-256, each
 * read as a 256-bit number, modulo 2^256. Nobody finds two sets of files with the same sum by accident; names are
 * remembered nowhere.
 */
export function createSetHash() {
  const sum = new Uint32Array(words);
  const digest = new Uint8Array(words * 4);
  const summand = new Uint32Array(digest.buffer);
  let count = 0;
  return {
    add(name: Uint8Array): void {
      Bun.SHA256.hash(name, digest);
      let carry = 0;
      for (let at = 0; at < words; at += 1) {
        const next = (sum[at] ?? 0) + (summand[at] ?? 0) + carry;
        carry = next > 0xffffffff ? 1 : 0;
        sum[at] = next;
      }
      count += 1;
    },
    /** '' for the empty set. */
    hex: (): string => (count === 0 ? '' : Buffer.from(sum.buffer).toString('hex')),
  };
}
