import { drive_v3 } from '@googleapis/drive';
import { StorageError } from '../../errors.ts';
import { readJson } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import type { TokenSource } from '../../port.ts';
import { driveError, signInAgain } from './errors.ts';

/** Where Google's API is, and whom to believe there. */
export interface DriveEndpoints {
  /** Origin of metadata and uploads alike, https. */
  api: string;
  /** SHA-256 fingerprint of the server's certificate, where it is one no authority vouches for. */
  certificateSha256?: string;
}

export const googleEndpoints: DriveEndpoints = { api: 'https://www.googleapis.com' };

interface Sent {
  method: string;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | string;
  signal: AbortSignal;
  /** Listings may come compressed; content never does. */
  decompress?: boolean;
}

export interface DriveApi {
  /** Origin of the API. */
  readonly origin: string;
  /**
   * One call through Google's own client, which knows paths and parameters; tokens, transport and errors are ours.
   * `what` begins the message of an error, as in "Listing photos".
   */
  call<T>(
    what: string,
    work: (drive: drive_v3.Drive, options: { signal: AbortSignal }) => Promise<{ data: T }>,
    signal: AbortSignal,
  ): Promise<T>;
  /**
   * One request with a token (none to foreign hosts); a refused token is replaced once. Answers any status but 401.
   * Whoever calls takes or cancels the body.
   */
  send(url: string, sent: Sent): Promise<Response>;
}

/** A page of 1,000 entries is below 1 MB; the names could be long. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** The body of an answer; nothing at all is an empty object (a removal says nothing). */
export const jsonOf = async (response: Response): Promise<Record<string, unknown>> =>
  response.status === 204 || response.headers.get('content-length') === '0'
    ? {}
    : readJson(response, maxAnswerBytes, 'Google Drive');

export function createDriveApi(http: HttpClient, tokens: TokenSource, endpoints: DriveEndpoints): DriveApi {
  const { origin, protocol } = new URL(endpoints.api);
  if (protocol !== 'https:') throw new StorageError('target_refused', 'Google Drive is only spoken to over https.');

  async function send(url: string, { headers = {}, signal, ...rest }: Sent): Promise<Response> {
    // The address of an upload comes from an answer, or from what an earlier process kept.
    if (new URL(url).protocol !== 'https:')
      throw new StorageError('protocol', 'Google Drive named an address without https.');
    const ours = new URL(url).origin === origin;
    const once = async (token: string | null) =>
      http.request(url, {
        ...rest,
        headers: token === null ? headers : { ...headers, Authorization: `Bearer ${token}` },
        signal,
      });
    if (!ours) return once(null);
    const token = await tokens.get(signal);
    const answer = await once(token);
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    tokens.reject(token);
    const again = await once(await tokens.get(signal));
    if (again.status !== 401) return again;
    await again.body?.cancel();
    throw signInAgain();
  }

  /** Google's client builds the request; we send it. */
  const drive = new drive_v3.Drive({
    rootUrl: `${origin}/`,
    retry: false,
    validateStatus: () => true,
    async adapter(options) {
      const response = await send(String(options.url), {
        method: options.method ?? 'GET',
        // Not its own headers: they tell the versions of everything we run on.
        headers: { Accept: 'application/json', ...(options.body ? { 'Content-Type': 'application/json' } : {}) },
        body: typeof options.body === 'string' ? options.body : undefined,
        signal: options.signal as AbortSignal,
        decompress: true,
      });
      // Google's client wraps what is thrown here in an error that holds the whole request: `call` takes it out again.
      if (!response.ok) throw await driveError(response, 'Google Drive');
      return Object.assign(response, { config: options, data: await jsonOf(response) }) as never;
    },
  });

  return {
    origin,
    send,
    async call(what, work, signal) {
      signal.throwIfAborted();
      try {
        return (await work(drive, { signal })).data;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        if (!(cause instanceof StorageError)) throw cause;
        const message = cause.message.replace(/^Google Drive: /, `${what}: `);
        throw new StorageError(cause.code, message, {
          cause: cause.cause,
          details: cause.details,
          retryAfterMs: cause.retryAfterMs ?? undefined,
        });
      }
    },
  };
}
