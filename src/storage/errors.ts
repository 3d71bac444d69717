/**
 * What went wrong at a storage service, in words every driver shares. `code` decides what happens next:
 * - the whole run ends: `auth_failed` (wrong key or password), `auth_expired` (sign in again), `host_key_changed`,
 *   `certificate` (not trusted, or not the pinned one), `clock` (the service refuses our time), `no_root` (the bucket,
 *   folder or share is not there), `quota` (nothing more fits), `target_refused` (an address we never talk to),
 *   `read_only`
 * - worth another try: `unreachable` (no name, no route, refused, reset, cut), `timeout` (silence), `rate_limited`,
 *   `unavailable` (the service says it is not well), `integrity` (what arrived is not what was sent)
 * - one path only: `not_found`, `exists`, `permission`, `name` (this name cannot be held here), `too_large`,
 *   `changed` (somebody else changed it meanwhile), `source` (what was to be sent could not be read, or changed)
 * - a fault of the service or of ours: `protocol` (an answer that makes no sense), `unsupported`
 */
export type StorageErrorCode =
  | 'auth_failed'
  | 'auth_expired'
  | 'host_key_changed'
  | 'certificate'
  | 'clock'
  | 'no_root'
  | 'quota'
  | 'target_refused'
  | 'read_only'
  | 'unreachable'
  | 'timeout'
  | 'rate_limited'
  | 'unavailable'
  | 'integrity'
  | 'not_found'
  | 'exists'
  | 'permission'
  | 'name'
  | 'too_large'
  | 'changed'
  | 'source'
  | 'protocol'
  | 'unsupported';

interface StorageErrorOptions {
  cause?: unknown;
  /** The service asked us to wait this long. */
  retryAfterMs?: number;
  /** What a person or the page may need to know (a fingerprint, say). Never a secret, never a body the service sent. */
  details?: Record<string, unknown>;
}

/** The one error drivers throw. `message` is for people: what happened, to what, what to do now. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly retryAfterMs: number | null;
  readonly details: Record<string, unknown>;

  constructor(code: StorageErrorCode, message: string, options: StorageErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StorageError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.details = options.details ?? {};
  }
}

const passing: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'unreachable',
  'timeout',
  'rate_limited',
  'unavailable',
  'integrity',
]);
const total: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'auth_failed',
  'auth_expired',
  'host_key_changed',
  'certificate',
  'clock',
  'no_root',
  'quota',
  'target_refused',
  'read_only',
]);

/** Another try may succeed without anybody doing anything. */
export const isPassing = (error: unknown): boolean => error instanceof StorageError && passing.has(error.code);
/** Every other path would fail in the same way. */
export const endsEverything = (error: unknown): boolean => error instanceof StorageError && total.has(error.code);
