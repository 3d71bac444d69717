import { StorageError } from '../../errors.ts';
import { readJson } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import type { TokenSource } from '../../port.ts';
import { graphError, service } from './errors.ts';

interface GraphRequest {
  method?: string;
  /** Sent as JSON. */
  body?: object;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** The Graph API with the account's token: paths begin behind its base address (`/me/drive`). */
export interface Graph {
  /** The object it answers; an empty one where it answers nothing. Throws what any other status means. */
  ask(path: string, request: GraphRequest): Promise<Record<string, unknown>>;
  /** The answer as it stands, redirects too; for content. A refused token is renewed once before. */
  open(path: string, request: GraphRequest): Promise<Response>;
  /** A path for an address Graph answered (the next page of a listing). Throws `protocol` for one that leads elsewhere. */
  pathOf(address: unknown): string;
}

/** A page of a thousand entries is about a megabyte. */
const answerBytes = 64 * 1024 * 1024;

/**
 * Microsoft's own client is not used: it repeats and redirects by itself, has fetch connect wherever it likes, reads
 * answers of any size, and turns every error of the layers below into one of its own.
 */
export function createGraph(http: HttpClient, baseUrl: string, tokens: TokenSource | undefined): Graph {
  const base = new URL(baseUrl);
  if (base.protocol !== 'https:')
    throw new StorageError('target_refused', `The address of ${service} must begin with https://.`);
  const root = base.href.replace(/\/+$/, '');

  async function send(path: string, request: GraphRequest, token: string): Promise<Response> {
    return http.request(`${root}${path}`, {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        // Who says who he is gets more patience from SharePoint.
        'user-agent': 'NONISV|Dynamight|Dynamight/1.0',
        ...(request.body ? { 'content-type': 'application/json' } : {}),
        ...request.headers,
      },
      body: request.body ? JSON.stringify(request.body) : null,
      signal: request.signal,
      decompress: true,
      redirect: 'manual',
    });
  }

  async function open(path: string, request: GraphRequest): Promise<Response> {
    const { signal } = request;
    signal.throwIfAborted();
    if (!tokens) throw new StorageError('auth_failed', `Nobody is signed in to ${service}. Sign in first.`);
    for (let round = 0; ; round += 1) {
      const token = await tokens.get(signal);
      const answer = await send(path, request, token);
      if (answer.status !== 401) return answer;
      void answer.body?.cancel().catch(() => {});
      tokens.reject(token);
      if (round === 1)
        throw new StorageError('auth_expired', `${service} does not accept the sign-in any more. Sign in again.`);
    }
  }

  return {
    open,
    async ask(path, request) {
      const answer = await open(path, request);
      if (!answer.ok) throw await graphError(answer);
      return answer.status === 204 || answer.body === null ? {} : readJson(answer, answerBytes, service);
    },
    pathOf(address) {
      if (typeof address === 'string' && address.startsWith(`${root}/`)) return address.slice(root.length);
      throw new StorageError('protocol', `${service} continues its listing at another place. Nothing of it is used.`);
    },
  };
}
