/** Every way a request or a service call can be refused, with the HTTP status it is answered with. */
export const errorStatus = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  misdirected: 421,
  upgrade_required: 426,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  insufficient_space: 507,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export interface ErrorOptions {
  /** Extra members for the answer's envelope. Never a secret, a stack, or a path outside the caller's roots. */
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Whole seconds until another try can succeed; becomes `Retry-After`. */
  retryAfterSeconds?: number;
}

/** The one domain error. `message` is shown to people as it stands: say what happened, to what, and what to do now. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

export const invalid = (message: string, details?: Record<string, unknown>) =>
  new AppError('invalid_request', message, { details });
export const notFound = (what: string) => new AppError('not_found', `${what} not found`);
export const conflict = (message: string, details?: Record<string, unknown>) =>
  new AppError('conflict', message, { details });
export const forbidden = (message = 'Access denied') => new AppError('forbidden', message);
export const unauthorized = (message = 'Invalid or expired token') => new AppError('unauthorized', message);

/** The `code` of a Node system error (`ENOENT`, `EACCES` …), else undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Somewhere below this error a disk had no room, for a file or for the database. */
export function isDiskFull(error: unknown): boolean {
  if (/^(SQLITE_FULL|SQLITE_IOERR_SHM(SIZE|MAP)|ENOSPC|EDQUOT)$/.test(errnoOf(error) ?? '')) return true;
  return error instanceof Error && error.cause !== undefined && isDiskFull(error.cause);
}
