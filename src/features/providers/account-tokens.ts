import { orAborted } from '../../storage/content.ts';
import type { TokenSource } from '../../storage/port.ts';
import type { OAuthKind } from './account-kinds.ts';
import type { SignInDoor } from './sign-in-door.ts';

const never = new AbortController().signal;

/** Sources of tokens over a protocol that is loaded when the first token is wanted. */
export function createTokenSources(door: () => Promise<SignInDoor>) {
  const busy = new Set<Promise<unknown>>();

  return {
    open(kind: OAuthKind, load: () => Record<string, unknown>, store: (tokens: object) => void): TokenSource {
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
    },
    /** Resolves when tokens that are on their way are stored, or did not come within `withinMs`. */
    async settled(withinMs: number): Promise<void> {
      if (busy.size > 0) await Promise.race([Promise.allSettled(busy), Bun.sleep(withinMs)]);
    },
  };
}
