import type { AttentionSource } from '../../core/attention.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { StorageError } from '../../storage/errors.ts';

/** A credential as it is listed; `updated_at`: when a person changed it last. */
export interface ListedAccount {
  id: number;
  name: string;
  provider_type: string;
  updated_at: string;
}

/** What only a person can mend, and the state of the credential it was found in. */
interface Trouble {
  ended: boolean;
  message: string;
  since: number;
  of: string | undefined;
}

const dayMs = 86_400_000;

/** What the services last said of each account, for as long as the program runs. */
export function createAccountTroubles(deps: { list(): ListedAccount[]; clock: Clock; log: Log }) {
  const { list, clock, log } = deps;
  const troubles = new Map<number, Trouble>();
  /** When the service last had its say, by the clock that only runs forward. */
  const asked = new Map<number, number>();

  /** What is wrong with a credential, unless a person changed it since. */
  const troubleOf = (one: ListedAccount): Trouble | null => {
    const trouble = troubles.get(one.id);
    return trouble?.of === one.updated_at ? trouble : null;
  };

  return {
    fine(id: number): void {
      asked.set(id, clock.monotonic());
      if (troubles.delete(id)) log.info('A sign-in works again', { credential: id });
    },
    /** Only what a person has to mend is kept. */
    note(id: number, error: unknown): void {
      if (!(error instanceof StorageError) || !/^auth_(expired|failed)$/.test(error.code)) return;
      asked.set(id, clock.monotonic());
      const of = list().find((one) => one.id === id)?.updated_at;
      const since = troubles.get(id)?.since ?? clock.now();
      if (!troubles.has(id)) log.warning('A sign-in does not work any more', { credential: id, reason: error.code });
      troubles.set(id, { ended: error.code === 'auth_expired', message: error.message, since, of });
    },
    /** Not asked for a day, or changed since it was in trouble. */
    isDue(one: ListedAccount): boolean {
      const at = asked.get(one.id);
      if (at === undefined || clock.monotonic() - at >= dayMs) return true;
      return troubles.has(one.id) && troubleOf(one) === null;
    },
    attention: (() =>
      list().flatMap((one) => {
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
  };
}
