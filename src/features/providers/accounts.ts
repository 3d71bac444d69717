import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { TokenSource } from '../../storage/port.ts';
import { accountKind } from './account-kinds.ts';
import { createTokenSources } from './account-tokens.ts';
import { createAccountTroubles, type ListedAccount } from './account-troubles.ts';
import type { SignInDoor } from './sign-in-door.ts';

/** Credentials as accounts need them. */
interface AccountCredentials {
  list(): ListedAccount[];
  open(id: number): { data: Record<string, unknown> };
  /** Stores fresh tokens, on the disk when it returns. */
  replaceSecret(id: number, data: Record<string, unknown>): void;
}

export interface AccountsDeps {
  credentials: AccountCredentials;
  /** Speaks the protocol; loaded when the first account is used. */
  door(): Promise<SignInDoor>;
  clock: Clock;
  log: Log;
}

/** A token that was asked for is stored before the program ends, if it comes within this time. */
const lastTokensMs = 10_000;

/**
 * Sign-ins that were made, kept alive. One source of tokens per credential, whoever asks: a refresh token used twice at
 * once ends the whole sign-in at services that change it every time.
 */
export function createAccounts({ credentials, door, clock, log }: AccountsDeps) {
  const protocol = createTokenSources(door);
  const troubles = createAccountTroubles({ list: () => credentials.list(), clock, log });
  const sources = new Map<number, TokenSource>();
  let probing = false;

  function tokensOf(id: number, credential: { provider_type: string }): TokenSource | null {
    const kind = accountKind(credential.provider_type);
    if (kind === null) return null;
    const known = sources.get(id);
    if (known) return known;
    const tokens = protocol.open(
      kind,
      () => credentials.open(id).data,
      (fresh) => credentials.replaceSecret(id, { ...credentials.open(id).data, ...fresh }),
    );
    const source: TokenSource = {
      reject: tokens.reject,
      async get(signal) {
        try {
          const token = await tokens.get(signal);
          troubles.fine(id);
          return token;
        } catch (error) {
          troubles.note(id, error);
          throw error;
        }
      },
    };
    sources.set(id, source);
    return source;
  }

  return {
    /** The one source of a saved credential; null for types without a sign-in. */
    tokensOf,
    /** For a secret that is not saved: what is refreshed lives as long as whoever asked. */
    tokensFor(type: string, secret: Record<string, unknown>): TokenSource | null {
      const kind = accountKind(type);
      if (kind === null) return null;
      let held = secret;
      return protocol.open(
        kind,
        () => held,
        (fresh) => {
          held = { ...held, ...fresh };
        },
      );
    },
    /** A person has just signed in. */
    renewed: troubles.fine,

    /**
     * Every hour; each account is asked once a day, with a job or without: a sign-in that has ended is noticed before the
     * next run needs it, and one that is kept for later never idles out. Never rejects.
     */
    async probe(signal: AbortSignal): Promise<void> {
      if (probing) return;
      probing = true;
      try {
        for (const one of credentials.list()) {
          if (signal.aborted) return;
          if (!troubles.isDue(one)) continue;
          await tokensOf(one.id, one)
            ?.get(signal)
            .catch(() => {}); // remembered where only a person can help; else the next hour tries again
        }
      } catch (error) {
        log.error('Looking after the sign-ins failed', { error });
      } finally {
        probing = false;
      }
    },
    attention: troubles.attention,
    /** Resolves when tokens that are on their way are stored, or will not come soon. */
    stop: () => protocol.settled(lastTokensMs),
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
