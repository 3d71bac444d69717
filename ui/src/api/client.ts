import { text } from '../lib/text.ts';

/** An answer that was not 200, or none at all (`status` 0). `message` is the server's own sentence for people. */
export class ApiError extends Error {
  readonly status: number;
  /** Seconds until another try can succeed; null when the server did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
const timeoutMs = 20_000;

/** One call of the API on our own origin; the browser adds the session cookie. Throws ApiError. */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const { message, retry_after } = (answer ?? {}) as { message?: unknown; retry_after?: unknown };
  throw new ApiError(
    response.status,
    typeof message === 'string' ? message : text.unexpected,
    typeof retry_after === 'number' ? retry_after : null,
  );
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new ApiError(0, text.connection.failed);
  }
}

/** Whatever was thrown, as an ApiError: programming mistakes are told as "went wrong", and shown in the console. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  console.error(error);
  return new ApiError(500, text.unexpected);
}
