import { orAborted } from '../content.ts';
import { StorageError } from '../errors.ts';
import type { TokenSource } from '../port.ts';
import type { Tokens } from './token-request.ts';

/** As they lie sealed in the credential. */
export interface StoredTokens {
  accessToken: string | null;
  refreshToken: string;
  /** Milliseconds since 1970; null: not known, the access token is not used. */
  expiresAtMs: number | null;
}

interface TokenSourceOptions {
  /** What is stored now; asked every time, so that a new sign-in counts at once. */
  load(): StoredTokens;
  /** Resolves when they are on the disk. */
  store(tokens: StoredTokens): void | Promise<void>;
  /** Throws `auth_expired` when the refresh token is no good any more. */
  refresh(refreshToken: string, signal: AbortSignal): Promise<Tokens>;
  /** Milliseconds since 1970. */
  now(): number;
  /** A refresh that takes longer is given up. */
  patienceMs?: number;
}

/** A token is renewed this long before its end: requests take a while, and clocks differ. */
const marginMs = 60_000;

/**
 * Tokens of one account. There must be one source for each credential: services that give a new refresh token with
 * every refresh end the whole sign-in when an old one is used twice. For the same reason new tokens are stored before
 * anybody gets them, and kept here until storing has worked.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { load, store, now, patienceMs = 60_000 } = options;
  let running: Promise<string> | null = null;
  let rejected: string | null = null;
  let unstored: { from: string; tokens: StoredTokens & { accessToken: string } } | null = null;
  let ended: { refreshToken: string; error: StorageError } | null = null;

  /** The access token, while it is good for longer than the margin. */
  const usable = ({ accessToken, expiresAtMs }: StoredTokens): string | null =>
    accessToken !== rejected && (expiresAtMs ?? 0) - marginMs > now() ? accessToken : null;

  /** Somebody may have signed in anew while the service was asked: what it says of the old sign-in counts no more. */
  function requireStill(stored: StoredTokens): void {
    if (load().refreshToken === stored.refreshToken) return;
    throw new StorageError('unavailable', 'Somebody has just signed in again. Try again.');
  }

  async function renew(): Promise<string> {
    const stored = load();
    // A refresh token that replaced the stored one and could not be stored is the only one that still works.
    const held = unstored?.from === stored.refreshToken ? unstored : null;
    let tokens: (StoredTokens & { accessToken: string }) | null = held?.tokens ?? null;
    if (tokens === null || usable(tokens) === null) {
      const refreshToken = tokens?.refreshToken ?? stored.refreshToken;
      // Whoever asks ten thousand times gets one answer: the service was asked once.
      if (ended?.refreshToken === refreshToken) throw ended.error;
      const fresh = await options.refresh(refreshToken, AbortSignal.timeout(patienceMs)).catch((error: unknown) => {
        requireStill(stored);
        if (error instanceof StorageError && error.code === 'auth_expired') ended = { refreshToken, error };
        if (error instanceof StorageError) throw error;
        throw new StorageError('timeout', 'The sign-in service does not answer. It is asked again later.', {
          cause: error,
        });
      });
      tokens = { ...fresh, refreshToken: fresh.refreshToken ?? refreshToken };
    }
    requireStill(stored);
    unstored = { from: stored.refreshToken, tokens };
    await store(tokens);
    unstored = null;
    rejected = null;
    return tokens.accessToken;
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      const ready = usable(load());
      if (running === null && ready !== null) return ready;
      running ??= renew().finally(() => {
        running = null;
      });
      // One caller that gives up must not take the token from the others.
      return orAborted(running, signal);
    },
    reject(token) {
      if (load().accessToken === token) rejected = token;
    },
  };
}
