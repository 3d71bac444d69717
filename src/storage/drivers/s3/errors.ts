import { StorageError, type StorageErrorCode } from '../../errors.ts';
import { errorOfStatus, retryAfterMs } from '../../net/status.ts';

/** What an error is about. */
export interface About {
  /** `The bucket "photos" at s3.example.com`. */
  what: string;
  /** The region of the configuration. */
  region: string;
  /** One path; null where the request was about the whole. */
  path: string | null;
}

interface Meaning {
  code: StorageErrorCode;
  /** Follows `what`, or the path where `ofPath`. */
  says: string;
  ofPath?: true;
}

const key: Meaning = {
  code: 'auth_failed',
  says: 'does not accept the access key or its secret. Check both in the credential',
};
const denied: Meaning = {
  code: 'permission',
  says: 'may not be read or written with this key. Check the rights of the key and the policy of the bucket',
  ofPath: true,
};
const expired: Meaning = {
  code: 'auth_expired',
  says: 'says that the session token is over. Enter new credentials',
};
const missing: Meaning = { code: 'not_found', says: 'is not there', ofPath: true };
const full: Meaning = { code: 'quota', says: 'is full: the quota is used up. Make room there, or raise it' };
const slower: Meaning = { code: 'rate_limited', says: 'asks us to slow down' };
const unwell: Meaning = { code: 'unavailable', says: 'has trouble of its own' };
const differs: Meaning = { code: 'integrity', says: 'did not arrive as it was sent', ofPath: true };
const badName: Meaning = { code: 'name', says: 'cannot be kept there under this name', ofPath: true };

/** Error codes of S3 and of services that speak like it (Amazon S3 API Reference, "Error responses"). */
const meanings: Record<string, Meaning> = {
  InvalidAccessKeyId: key,
  SignatureDoesNotMatch: key,
  InvalidSecurity: key,
  InvalidToken: key,
  MissingSecurityHeader: key,
  NotSignedUp: key,
  AccountProblem: key,
  UnauthorizedAccess: key,
  ExpiredToken: expired,
  TokenRefreshRequired: expired,
  ExpiredTokenException: expired,
  RequestTimeTooSkewed: {
    code: 'clock',
    says: 'refuses the time of this machine. Set its clock: it must be right within 15 minutes',
  },
  NoSuchBucket: { code: 'no_root', says: 'is not there. Check its name, endpoint and region' },
  InvalidBucketName: { code: 'no_root', says: 'has a name that no bucket can have. Check it' },
  AccessDenied: denied,
  AllAccessDisabled: denied,
  ObjectLockedByBucketPolicy: denied,
  MethodNotAllowed: denied,
  NoSuchKey: missing,
  NoSuchUpload: missing,
  NoSuchVersion: missing,
  NotFound: missing,
  SlowDown: slower,
  SlowDownRead: slower,
  SlowDownWrite: slower,
  TooManyRequests: slower,
  Throttling: slower,
  ThrottlingException: slower,
  RequestLimitExceeded: slower,
  BandwidthLimitExceeded: slower,
  InternalError: unwell,
  ServiceUnavailable: unwell,
  Busy: unwell,
  ServerBusy: unwell,
  OperationAborted: unwell,
  ConditionalRequestConflict: unwell,
  RequestTimeout: { code: 'timeout', says: 'gave up waiting for what we send' },
  QuotaExceeded: full,
  ServiceQuotaExceeded: full,
  QuotaExceededException: full,
  StorageFull: full,
  XMinioStorageFull: full,
  XMinioAdminBucketQuotaExceeded: full,
  InsufficientStorage: full,
  EntityTooLarge: { code: 'too_large', says: 'is larger than what is taken there', ofPath: true },
  KeyTooLongError: badName,
  InvalidURI: badName,
  InvalidObjectName: badName,
  XMinioInvalidObjectName: badName,
  BadDigest: differs,
  InvalidDigest: differs,
  XAmzContentSHA256Mismatch: differs,
  XAmzContentChecksumMismatch: differs,
  IncompleteBody: differs,
  InvalidPart: differs,
  InvalidPartOrder: differs,
  PreconditionFailed: { code: 'changed', says: 'was changed meanwhile by somebody else', ofPath: true },
  InvalidStorageClass: {
    code: 'unsupported',
    says: 'does not know the chosen storage class. Choose another one in the destination',
  },
  InvalidArgument: {
    code: 'unsupported',
    says: 'does not take what this destination is set to. Try it with Standard as its storage class',
  },
  InvalidObjectState: {
    code: 'unsupported',
    says: 'lies in an archive, where nothing can be read at once. Thaw it first',
    ofPath: true,
  },
  InvalidRange: { code: 'protocol', says: 'has no such part', ofPath: true },
  NotImplemented: { code: 'unsupported', says: 'cannot do what was asked for' },
};

const redirects = new Set(['PermanentRedirect', 'TemporaryRedirect', 'Redirect', 'IllegalLocationConstraintException']);

interface ServiceError {
  name?: unknown;
  Code?: unknown;
  Region?: unknown;
  Endpoint?: unknown;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

const fits = (value: unknown, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null;

/** The bucket lies in another region than the configuration says: what is right is named, and never gone to. */
function elsewhere(error: ServiceError, { what, region }: About): StorageError {
  const place = /^[a-z0-9][a-z0-9.-]{1,100}$/i;
  const right = fits(error.Region, place) ?? fits(error.$response?.headers?.['x-amz-bucket-region'], place);
  const address = fits(error.Endpoint, place);
  const told =
    right === null || right === region
      ? `is reached at another address${address === null ? '' : ` (${address})`}. Check endpoint and region`
      : `lies in the region ${right}, not in ${region}. Enter ${right} as the region`;
  return new StorageError('no_root', `${what} ${told}.`, { cause: error, details: { region: right, address } });
}

/** True when the answer had no body to say more: to HEAD only the status is answered. */
export const isBare = (error: unknown): boolean => {
  const { name, Code, $metadata } = (error ?? {}) as ServiceError;
  return $metadata !== undefined && Code === undefined && !Object.hasOwn(meanings, String(name));
};

/** For codes nobody has heard of, and for answers without any. */
function byStatus(cause: unknown, name: string, status: number, headers: Headers, what: string): StorageError {
  const known = errorOfStatus(new Response(null, { status: status < 300 ? 500 : status, headers }), what);
  const { code, message, details, retryAfterMs } = known;
  if (code === 'protocol')
    return new StorageError(code, `${what} refuses, and we do not know why (${codeShown(name)}).`, { cause });
  return new StorageError(code, message, { cause, details, ...(retryAfterMs === null ? {} : { retryAfterMs }) });
}

/** Whatever the SDK threw, in the words drivers share. What is a StorageError already stays itself. */
export function storageError(error: unknown, about: About): StorageError {
  if (error instanceof StorageError) return error;
  const { what, path } = about;
  const service = (error ?? {}) as ServiceError;
  const status = service.$metadata?.httpStatusCode;
  const name = typeof service.Code === 'string' ? service.Code : String(service.name);
  if (redirects.has(name) || (status !== undefined && status >= 300 && status < 400)) return elsewhere(service, about);
  if (name === 'AuthorizationHeaderMalformed')
    return fits(service.Region, /./) === null
      ? new StorageError('auth_failed', `${what} ${key.says}.`, { cause: error })
      : elsewhere(service, about);
  if (name === 'EndpointError')
    // thrown before anything was sent
    return new StorageError('no_root', `${what} has a name that no bucket can have. Check it.`, { cause: error });
  // Also where it began well and was nothing that could be read.
  if (status === undefined || (status < 300 && service.Code === undefined))
    return new StorageError('protocol', `${what} answers with something that is not what it should be.`, {
      cause: error,
    });
  const headers = new Headers(service.$response?.headers);
  const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
  if (!meaning) return byStatus(error, name, status, headers, what);
  const pause = retryAfterMs(headers);
  const subject = meaning.ofPath && path !== null && path !== '' ? JSON.stringify(path) : what;
  return new StorageError(meaning.code, `${subject} ${meaning.says}.`, {
    cause: error,
    details: { status, reason: codeShown(name) },
    ...(pause === null ? {} : { retryAfterMs: pause }),
  });
}

/** Codes are words of the protocol; anything else that stands in their place is not repeated. */
const codeShown = (code: string): string => (/^[A-Za-z0-9.]{1,64}$/.test(code) ? code : 'no reason given');
