import { AppError } from '../../core/errors.ts';
import { createSemaphore } from '../../lib/semaphore.ts';

/** 19 MiB, two passes, one lane: OWASP's smallest. Bun's default of 64 MiB is too much for a small box under attack. */
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;
const atOnce = 2;
const mayWait = 20;
/** Same cost as a real one, of random bytes nobody kept: an unknown name takes as long to refuse as a wrong password. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$jZ7TvQfs7R4cCUCW0ZDU4w/IWixM4+L5l8BLN/rq/YQ$/mMUYkaBNdGoCB/0HrCNYq8Ya+fWdsFDaJOw88CSMw0';

/** One person may type `é` as one code point, another keyboard sends two. */
const normalised = (secret: string) => secret.normalize('NFKC');

/** Hashing of what people type: passwords and recovery codes. Every call throws `unavailable` when too many wait already. */
export interface Passwords {
  hash(secrets: readonly string[]): Promise<string[]>;
  /** Without a hash the same work is done for nothing. */
  matches(secret: string, hash: string | undefined): Promise<boolean>;
  /** Position of the first hash that fits, or -1. */
  findMatch(secret: string, hashes: readonly string[]): Promise<number>;
}

export function createPasswords(): Passwords {
  const slots = createSemaphore(atOnce, mayWait);
  const queued = async <T>(work: () => Promise<T>): Promise<T> => {
    const done = await slots.run(async () => ({ value: await work() }));
    if (done) return done.value;
    throw new AppError('unavailable', 'Too many people are signing in at this moment. Try again in 2 seconds.', {
      retryAfterSeconds: 2,
    });
  };
  return {
    hash: (secrets) =>
      queued(async () => {
        const hashes: string[] = [];
        for (const secret of secrets) hashes.push(await Bun.password.hash(normalised(secret), cost));
        return hashes;
      }),
    matches: (secret, hash) =>
      queued(async () => {
        const fits = await Bun.password.verify(normalised(secret), hash ?? nobodysHash);
        return hash !== undefined && fits;
      }),
    findMatch: (secret, hashes) =>
      queued(async () => {
        for (const [at, hash] of hashes.entries()) if (await Bun.password.verify(normalised(secret), hash)) return at;
        return -1;
      }),
  };
}
