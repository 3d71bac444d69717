import { type Clock, toIso } from '../../core/clock.ts';
import { notFound } from '../../core/errors.ts';
import { host as hostField } from '../../storage/address-fields.ts';
import type { AcceptKeyBody, HostKeyView } from './schema.ts';
import type { HostKeyStore } from './store.ts';

/** SSH servers we know, by the key each showed at its first visit. */
export interface HostKeysService {
  list(): HostKeyView[];
  /** From now on this key is the server's. Throws invalid_request for what is no host. */
  accept(body: AcceptKeyBody): void;
  /** The next connection pins what it sees. Throws not_found. */
  forget(host: string, port: number): void;
}

const hosts = hostField('Host', '');
/** In the one spelling destinations are saved in. */
const clean = (host: string): string => hosts.read(host, 'host');

export const createHostKeysService = (store: HostKeyStore, clock: Clock): HostKeysService => ({
  list: () =>
    store.list().map(({ host, port, fingerprint, type, pinnedAt }) => ({
      host,
      port,
      fingerprint,
      type,
      pinned_at: toIso(pinnedAt),
    })),
  accept({ host, port, fingerprint }) {
    store.replace({ host: clean(host), port, fingerprint, type: '', pinnedAt: clock.now() });
  },
  forget(host, port) {
    if (!store.remove(clean(host), port)) throw notFound('Host key');
  },
});
