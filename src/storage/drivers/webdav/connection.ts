import { orAborted } from '../../content.ts';
import { StorageError } from '../../errors.ts';
import { createHttpClient } from '../../net/client.ts';
import type { DriverPorts } from '../../port.ts';
import { signInRefused } from './failure.ts';
import type { WebdavConfig, WebdavCredential } from './schema.ts';
import { createSignIn } from './sign-in.ts';

interface DavRequest {
  headers?: Record<string, string>;
  /** Called for each try: a body that was refused with 401 is sent again from its beginning. */
  body?(): string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  signal: AbortSignal;
  decompress?: boolean;
}

export interface Connection {
  /** `The WebDAV server nas.local`. */
  readonly what: string;
  /** One request, signed. Resolves for every status but 401. Redirects are answered as they stand. */
  request(method: string, url: string, request: DavRequest): Promise<Response>;
  /**
   * Before much is sent: makes sure that what signs it will be taken, so that no body is sent for nothing. `ask` is a
   * cheap request.
   */
  fresh(ask: () => Promise<unknown>): Promise<void>;
  close(): void;
}

/** Younger nonces are taken for good: Apache's live 300 s. */
const freshNonceMs = 60_000;
/** Once to be asked, once for a nonce that ended meanwhile, once more for one that ended under many writers. */
const mostTries = 4;

/** Requests to the one server, over connections that are kept. */
export function createConnection(config: WebdavConfig, credential: WebdavCredential, ports: DriverPorts): Connection {
  const what = `The WebDAV server ${new URL(config.url).host}`;
  const now = ports.now ?? Date.now;
  const signIn = createSignIn(credential, now);
  const http = createHttpClient({
    what,
    pinnedCertificate: config.certificate_sha256,
    ...(ports.isOurs ? { isOurs: (address, port) => ports.isOurs?.(address, port) ?? false } : {}),
    ...(ports.tuning?.connectMs === undefined ? {} : { connectMs: ports.tuning.connectMs }),
  });
  let refreshing: Promise<unknown> | null = null;

  return {
    what,
    async request(method, url, request) {
      const { pathname, search } = new URL(url);
      for (let tries = 1; ; tries += 1) {
        const signed = signIn.sign(method, pathname + search);
        const answer = await http.request(url, {
          method,
          headers: { ...request.headers, ...(signed.header === null ? {} : { authorization: signed.header }) },
          body: request.body?.() ?? null,
          signal: request.signal,
          decompress: request.decompress ?? false,
          redirect: 'manual',
        });
        if (answer.status !== 401) {
          signIn.accepted(signed);
          return answer;
        }
        void answer.body?.cancel().catch(() => {});
        const again = signIn.refused(signed, answer.headers.get('www-authenticate'));
        if (!again || tries === mostTries) throw signInRefused(what, credential.token !== null);
      }
    },
    async fresh(ask) {
      const age = signIn.nonceAgeMs();
      if (age === null || age < freshNonceMs) return;
      refreshing ??= ask().finally(() => {
        refreshing = null;
      });
      await refreshing;
    },
    close: () => http.close(),
  };
}

/** Runs something once for all who wait for it; a failure is told to them, and the next one begins anew. */
export function shared<T>(work: (signal: AbortSignal) => Promise<T>, patienceMs: number, what: string) {
  let pending: Promise<T> | null = null;
  const ended = new AbortController();
  return {
    get(signal: AbortSignal): Promise<T> {
      pending ??= orAborted(work(ended.signal), AbortSignal.any([ended.signal, AbortSignal.timeout(patienceMs)])).catch(
        (error: unknown) => {
          pending = null;
          if ((error as Error).name !== 'TimeoutError') throw error;
          throw new StorageError(
            'timeout',
            `${what} does not answer. Check that it is switched on and the network works.`,
          );
        },
      );
      return orAborted(pending, signal);
    },
    end(): void {
      ended.abort(new Error('The driver was closed'));
      pending?.catch(() => {});
    },
  };
}
