import { t } from '../i18n/base.ts';
import { toldAnswer } from '../lib/told.ts';

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

let refused = (): void => {};
/** Who is told when the box no longer knows our session, whatever was asked. One listener: the page itself. */
export const whenRefused = (listener: () => void): void => {
  refused = listener;
};
/** A wrong password is refused the same way, and is no end of the session. */
const isOfLogin = (path: string): boolean => path.startsWith('/api/auth/');

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
const timeoutMs = 20_000;

/** How long to wait, and who may end the waiting. */
export interface Patience {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** One call of the API on our own origin; the browser adds the session cookie. Throws ApiError. */
export async function call<T>(method: Method, path: string, body?: unknown, patience: Patience = {}): Promise<T> {
  const told = method === 'GET' ? toldAnswer(path) : undefined;
  const [status, answer] = told ?? (await send(method, path, body, patience));
  if (status >= 200 && status < 300) return answer as T;
  if (status === 401 && !isOfLogin(path)) refused();
  const { error, message, retry_after } = (answer ?? {}) as {
    error?: unknown;
    message?: unknown;
    retry_after?: unknown;
  };
  const said = [message, error].find((words) => typeof words === 'string'); // some refusals print `error` alone
  throw new ApiError(
    status,
    typeof said === 'string' ? said : t().unexpected,
    typeof retry_after === 'number' ? retry_after : null,
  );
}

/** Questions `early.js` asked before this page was here; each answer is taken once. */
const askedEarly: Record<string, Promise<Response>> = (globalThis as { askedEarly?: Record<string, Promise<Response>> })
  .askedEarly ?? {};

type Answer = [status: number, body: unknown];
const answerOf = async (response: Response): Promise<Answer> => [
  response.status,
  await response.json().catch(() => null),
];

async function send(method: Method, path: string, body: unknown, patience: Patience): Promise<Answer> {
  const early = askedEarly[path];
  delete askedEarly[path];
  if (early && method === 'GET') {
    const answer = await early.catch(() => null);
    if (answer) return answerOf(answer);
  }
  const time = AbortSignal.timeout(patience.timeoutMs ?? timeoutMs);
  try {
    const response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: patience.signal ? AbortSignal.any([patience.signal, time]) : time,
    });
    return await answerOf(response);
  } catch {
    throw new ApiError(0, t().connection.failed);
  }
}

/** Whatever was thrown, as an ApiError: programming mistakes are told as "went wrong", and shown in the console. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  console.error(error);
  return new ApiError(500, t().unexpected);
}
