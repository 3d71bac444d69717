import type { AttentionSource } from '../../core/attention.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { orAborted } from '../../storage/content.ts';
import { StorageError } from '../../storage/errors.ts';
import type { TokenSource } from '../../storage/port.ts';
import { accountKind, type OAuthKind } from './account-kinds.ts';
import type { SignInDoor } from './sign-in-door.ts';

/** Credentials as accounts need them. */
export interface AccountCredentials {
  /** `updated_at`: when a person changed it last. */
  list(): { id: number; name: string; provider_type: string; updated_at: string }[];
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

/** What only a person can mend, and the state of the credential it was found in. */
interface Trouble {
  ended: boolean;
  message: string;
  since: number;
  of: string | undefined;
}

const dayMs = 86_400_000;
/** A token that was asked for is stored before the program ends, if it comes within this time. */
const lastTokensMs = 10_000;
const never = new AbortController().signal;

/**
 * Sign-ins that were made, kept alive. One source of tokens per credential, whoever asks: a refresh token used twice at
 * once ends the whole sign-in at services that change it every time.
 */
export function createAccounts({ credentials, door, clock, log }: AccountsDeps) {
  const sources = new Map<number, TokenSource>();
  const troubles = new Map<number, Trouble>();
  /** When the service last had its say, by the clock that only runs forward. */
  const asked = new Map<number, number>();
  const busy = new Set<Promise<unknown>>();
  let probing = false;

  /** Loads the protocol when the first token is wanted. */
  function lazily(kind: OAuthKind, load: () => Record<string, unknown>, store: (tokens: object) => void): TokenSource {
    let opened: Promise<TokenSource> | null = null;
    const open = () =>
      (opened ??= door().then(
        (one) => one.tokens(kind, load, store),
        (error: unknown) => {
          opened = null;
          throw error;
        },
      ));
    return {
      async get(signal) {
        // Whoever gives up leaves a refresh behind that still has to be stored.
        const work = open().then((tokens) => tokens.get(never));
        busy.add(work);
        const done = () => void busy.delete(work);
        work.then(done, done);
        return await orAborted(work, signal);
      },
      reject: (token) => void opened?.then((tokens) => tokens.reject(token)).catch(() => {}),
    };
  }

  function fine(id: number): void {
    asked.set(id, clock.monotonic());
    if (troubles.delete(id)) log.info('A sign-in works again', { credential: id });
  }
  function note(id: number, error: unknown): void {
    if (!(error instanceof StorageError) || !/^auth_(expired|failed)$/.test(error.code)) return;
    asked.set(id, clock.monotonic());
    const of = credentials.list().find((one) => one.id === id)?.updated_at;
    const since = troubles.get(id)?.since ?? clock.now();
    if (!troubles.has(id)) log.warning('A sign-in does not work any more', { credential: id, reason: error.code });
    troubles.set(id, { ended: error.code === 'auth_expired', message: error.message, since, of });
  }

  function tokensOf(id: number, credential: { provider_type: string }): TokenSource | null {
    const kind = accountKind(credential.provider_type);
    if (kind === null) return null;
    const known = sources.get(id);
    if (known) return known;
    const tokens = lazily(
      kind,
      () => credentials.open(id).data,
      (fresh) => credentials.replaceSecret(id, { ...credentials.open(id).data, ...fresh }),
    );
    const source: TokenSource = {
      reject: tokens.reject,
      async get(signal) {
        try {
          const token = await tokens.get(signal);
          fine(id);
          return token;
        } catch (error) {
          note(id, error);
          throw error;
        }
      },
    };
    sources.set(id, source);
    return source;
  }

  /** What is wrong with a credential, unless a person changed it since. */
  const troubleOf = (one: { id: number; updated_at: string }): Trouble | null => {
    const trouble = troubles.get(one.id);
    return trouble?.of === one.updated_at ? trouble : null;
  };
  const isDue = (one: { id: number; updated_at: string }): boolean => {
    const at = asked.get(one.id);
    if (at === undefined || clock.monotonic() - at >= dayMs) return true;
    return troubles.has(one.id) && troubleOf(one) === null;
  };

  return {
    /** The one source of a saved credential; null for types without a sign-in. */
    tokensOf,
    /** For a secret that is not saved: what is refreshed lives as long as whoever asked. */
    tokensFor(type: string, secret: Record<string, unknown>): TokenSource | null {
      const kind = accountKind(type);
      if (kind === null) return null;
      let held = secret;
      return lazily(
        kind,
        () => held,
        (fresh) => {
          held = { ...held, ...fresh };
        },
      );
    },
    /** A person has just signed in. */
    renewed: fine,

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
          if (!isDue(one)) continue;
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
    attention: (() =>
      credentials.list().flatMap((one) => {
        const trouble = troubleOf(one);
        if (trouble === null) return [];
        const { ended, message, since } = trouble;
        const cause = ended ? `The sign-in of "${one.name}" has ended` : `The sign-in of "${one.name}" is refused`;
        const advice = ended ? 'Sign in again in the settings.' : message;
        return [
          {
            id: `credential:${one.id}:signed-out` as const,
            level: 'error' as const,
            topic: 'account' as const,
            name: one.name,
            message: `${cause}: backups to it cannot run. ${advice}`,
            since,
          },
        ];
      })) satisfies AttentionSource,
    /** Resolves when tokens that are on their way are stored, or will not come soon. */
    async stop(): Promise<void> {
      if (busy.size > 0) await Promise.race([Promise.allSettled(busy), Bun.sleep(lastTokensMs)]);
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
