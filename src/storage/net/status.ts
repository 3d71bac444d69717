import { StorageError, type StorageErrorCode } from '../errors.ts';

/** Longest pause a service may ask for, ms: beyond an hour it only means "not today". */
const longestPauseMs = 3_600_000;

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), in milliseconds from now; null where there is none. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  const pause = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(pause) ? Math.min(Math.max(0, Math.round(pause)), longestPauseMs) : null;
}

interface Meaning {
  code: StorageErrorCode;
  /** Follows the name of the service. */
  says: string;
}

const meanings: Record<number, Meaning> = {
  401: { code: 'auth_failed', says: 'does not accept the credentials. Check user, password or key' },
  403: { code: 'permission', says: 'does not allow this with these credentials' },
  404: { code: 'not_found', says: 'has nothing there' },
  408: { code: 'timeout', says: 'gave up waiting for us' },
  409: { code: 'exists', says: 'refuses because something else is in the way, or a folder is missing' },
  410: { code: 'not_found', says: 'has nothing there any more' },
  412: { code: 'changed', says: 'refuses because it was changed meanwhile' },
  413: { code: 'too_large', says: 'does not take files of this size' },
  421: { code: 'protocol', says: 'is not the server of this address' },
  423: { code: 'unavailable', says: 'holds a lock on it' },
  425: { code: 'unavailable', says: 'asks us to come again' },
  429: { code: 'rate_limited', says: 'asks us to slow down' },
  501: { code: 'unsupported', says: 'cannot do this' },
  507: { code: 'quota', says: 'is full. Make room there, or keep less' },
};

/**
 * What an HTTP status means, in the words drivers share. A driver that knows more of its service (from an error code in
 * the body, say) decides first. The body is dropped, never repeated. `what` begins the message: `The WebDAV server`.
 */
export function errorOfStatus(answer: Response, what: string): StorageError {
  void answer.body?.cancel().catch(() => {});
  const { status, headers } = answer;
  const pause = retryAfterMs(headers) ?? undefined;
  const options = { details: { status }, ...(pause === undefined ? {} : { retryAfterMs: pause }) };
  const known = meanings[status];
  if (known) return new StorageError(known.code, `${what} ${known.says}.`, options);
  if (status >= 500) return new StorageError('unavailable', `${what} has trouble of its own (${status}).`, options);
  return new StorageError('protocol', `${what} answers in a way we do not understand (${status}).`, options);
}
