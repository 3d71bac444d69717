import { socketPath } from '../lib/socket-path.ts';
import { type Watch, watchOnSocket } from './watch.ts';

/** The API as the owner of the data folder: paths from `/api/…`, answers parsed. Rejects with ApiError. */
export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
}

/** The server's refusal, in its own words. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The process that owns the data folder does not answer any more. */
export class OwnerGoneError extends Error {
  constructor(cause: unknown) {
    super('The server ended while this command was waiting for it', { cause });
    this.name = 'OwnerGoneError';
  }
}

interface Answer {
  status: number;
  text: string;
}
type Send = (request: Request) => Promise<Answer>;
const read = async (response: Response): Promise<Answer> => ({ status: response.status, text: await response.text() });

function createApi(send: Send): Api {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers: Record<string, string> = { host: 'localhost' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const { status, text } = await send(
      new Request(`http://localhost${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (status >= 300) throw new ApiError(refusal(text) ?? `The server answered ${status}`, status);
    return JSON.parse(text) as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
  };
}

function refusal(text: string): string | undefined {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    // The field's name means nothing to somebody who typed words.
    if (typeof message === 'string') return message.replace(/^Field '[^']*': /, '');
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** Requests answered by a function of this process. */
export const apiOf = (handle: (request: Request) => Promise<Response>): Api =>
  createApi(async (request) => read(await handle(request)));

/** Requests through the socket of the process that owns `dir`. Rejects with OwnerGoneError when nobody answers there. */
export function apiOnSocket(dir: string, file: string): Api & { watch: Watch; close(): void } {
  const { path, release } = socketPath(dir, file);
  const api = createApi(async (request) => {
    try {
      return await read(await fetch(request, { unix: path }));
    } catch (error) {
      throw new OwnerGoneError(error);
    }
  });
  return { ...api, watch: watchOnSocket(path), close: release };
}
