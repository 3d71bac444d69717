/** Randomness as a dependency. */
export interface Ids {
  uuid(): string;
  /** `bytes` random bytes as lower-case hex (twice as many characters). */
  hex(bytes: number): string;
  /** `bytes` random bytes, base64url without padding. */
  token(bytes: number): string;
}

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

export const systemIds: Ids = {
  uuid: () => crypto.randomUUID(),
  hex: (bytes) => Buffer.from(random(bytes)).toString('hex'),
  token: (bytes) => Buffer.from(random(bytes)).toString('base64url'),
};
