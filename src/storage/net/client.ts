import { orAborted } from '../content.ts';
import { StorageError } from '../errors.ts';
import { wrapBody } from './body.ts';
import {
  lookAtCertificate,
  pinError,
  printedFingerprint,
  type ShownCertificate,
  sameFingerprint,
  servernameOf,
} from './certificate.ts';
import { certificateError, failureOf, isCertificateTrouble } from './failure.ts';
import { createRoutes } from './route.ts';

export interface HttpClientOptions {
  /** How the server is named in messages, as the beginning of a sentence: `OneDrive`, `The WebDAV server nas.local`. */
  what: string;
  /** SHA-256 of the one certificate that is accepted, hex with or without colons; whatever names it is for. */
  pinnedCertificate?: string | null;
  /** Addresses this very process listens on. */
  isOurs?(address: string, port: number): boolean;
  /** A connection that is not there after this time is given up (10 s). */
  connectMs?: number;
}

interface HttpRequest {
  method?: string;
  /** All but `host` and `accept-encoding`. */
  headers?: Record<string, string>;
  /**
   * A stream is sent as it comes and needs its exact length in the header `content-length`: many servers refuse
   * anything else, and a stream of another length fails with `source`.
   */
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
  /** Let the answer be compressed on the way (listings). Never for content: what is stored compressed stays so. */
  decompress?: boolean;
  /** `manual`: a redirect is answered as it stands, for services whose downloads lie elsewhere. */
  redirect?: 'same-origin' | 'manual';
}

export interface HttpClient {
  /**
   * One request, one try. Answers of any status resolve. Rejects with StorageError `unreachable`, `timeout`,
   * `certificate`, `target_refused`, `protocol` or `source`, or with the signal's reason. The body of the answer errors
   * in the same words, and when it ends early; small ones are read already, so it may be left unread.
   *
   * Redirects are followed within the same origin (scheme, host, port), at most five, never for streams; one that leads
   * elsewhere is `target_refused`: credentials and content go only where a person sent them.
   */
  request(url: string | URL, request: HttpRequest): Promise<Response>;
  /** Ends idle connections. */
  close(): void;
}

interface Origin {
  session: Bun.FetchSession;
  servername: string | undefined;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * The one way to speak HTTP to a storage service, over Bun's fetch: connections are kept and verified once each, an
 * answer that ends early is an error, and nothing is sent to an address that was not checked (route.ts). Proxies of the
 * environment are not used: what was checked is what is connected to.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { what, connectMs = 10_000 } = options;
  const pin = options.pinnedCertificate ?? null;
  const routes = createRoutes({ what, isOurs: options.isOurs, connectMs });
  const origins = new Map<string, Promise<Origin>>();
  const opened = new Map<string, Origin>();

  const trouble = (error: unknown, shown: ShownCertificate | null) =>
    certificateError(what, error, {
      fingerprint: shown ? printedFingerprint(shown.fingerprint) : null,
      pinned: pin === null ? null : printedFingerprint(pin),
      subject: shown?.subject ?? null,
      issuer: shown?.issuer ?? null,
      valid_until: shown?.validUntil ?? null,
    });

  /** fetch wants the pinned certificate itself, not its fingerprint: it is looked at once, and compared. */
  async function openOrigin(url: URL, address: string): Promise<Origin> {
    const servername = servernameOf(url);
    const proxy = false as const;
    if (url.protocol === 'http:') return { session: new Bun.FetchSession({ proxy }), servername };
    if (pin === null) return { session: new Bun.FetchSession({ proxy, tls: { serverName: servername } }), servername };
    const shown = await lookAtCertificate(url, address, connectMs);
    if (!sameFingerprint(shown.fingerprint, pin)) throw trouble(pinError(), shown);
    const tls = {
      serverName: servername,
      // Trusted as it stands, whoever signed it: any other one is refused in the handshake.
      ca: shown.pem,
      allowPartialTrustChain: true,
      // In place of the comparison of names, once per connection and before anything is sent.
      checkServerIdentity: (_host: string, peer: { fingerprint256: string }) =>
        sameFingerprint(peer.fingerprint256, pin) ? undefined : pinError(),
    };
    return { session: new Bun.FetchSession({ proxy, tls }), servername };
  }

  function originOf(url: URL, address: string): Promise<Origin> {
    const known = origins.get(url.origin);
    if (known) return known;
    const opening = openOrigin(url, address);
    origins.set(url.origin, opening);
    opening.then(
      (origin) => opened.set(url.origin, origin),
      () => origins.delete(url.origin),
    );
    return opening;
  }

  async function send(url: URL, request: HttpRequest): Promise<Response> {
    const { method = 'GET', body = null, signal, decompress = false } = request;
    signal.throwIfAborted();
    let address: string | null = null;
    try {
      address = await routes.find(url, signal);
      const origin = opened.get(url.origin) ?? (await orAborted(originOf(url, address), signal));
      const host = address.includes(':') ? `[${address}]` : address;
      const target = `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}${url.search}`;
      const headers = {
        ...request.headers,
        host: url.host,
        'accept-encoding': decompress ? 'gzip' : 'identity',
      };
      const answer = await origin.session.fetch(target, {
        method,
        headers,
        body,
        signal,
        decompress,
        redirect: 'manual',
      });
      return await wrapBody(answer, method, (error) => failureOf(error, what, signal));
    } catch (error) {
      const failure = failureOf(error, what, signal);
      if (error instanceof StorageError || signal.aborted) throw failure;
      routes.forget(url);
      if (address === null || !isCertificateTrouble(error)) throw failure;
      const shown = await lookAtCertificate(url, address, Math.min(connectMs, 5_000)).catch(() => null);
      // With a pin every refusal of the handshake means the same: it is not that certificate any more.
      const other = pin !== null && shown !== null && !sameFingerprint(shown.fingerprint, pin);
      throw trouble(other ? pinError() : error, shown);
    }
  }

  /** Where a redirect leads, if it may be followed. */
  function next(answer: Response, from: URL, request: HttpRequest): URL | null {
    const location = answer.headers.get('location');
    if (!redirects.has(answer.status) || location === null || request.redirect === 'manual') return null;
    const to = URL.parse(location, from.href);
    if (to?.origin !== from.origin || to.username !== '' || to.password !== '')
      throw new StorageError(
        'target_refused',
        `${what} sends us on to ${to ? `${to.protocol}//${to.host}` : 'an address that makes no sense'}, where nothing is sent without being asked for. If that is the right place, enter its address.`,
      );
    return request.body instanceof ReadableStream ? null : to;
  }

  return {
    async request(address, request) {
      let url = new URL(address);
      if (url.protocol !== 'https:' && url.protocol !== 'http:')
        throw new StorageError('target_refused', `${what} is not contacted: its address is neither http nor https.`);
      for (let hop = 0; ; hop += 1) {
        const answer = await send(url, request);
        const to = next(answer, url, request);
        if (to === null) return answer;
        void answer.body?.cancel().catch(() => {});
        if (hop === 5) throw new StorageError('protocol', `${what} sends us round in circles.`);
        url = to;
      }
    },
    close() {
      for (const opening of origins.values()) opening.then(({ session }) => session.close()).catch(() => {});
      origins.clear();
      opened.clear();
    },
  };
}
