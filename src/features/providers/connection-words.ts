import { printableLine } from '../../core/log.ts';
import type { StorageError, StorageErrorCode } from '../../storage/errors.ts';
import type { StorageKind } from '../../storage/registry.ts';

export type Details = Record<string, string | number | boolean | null>;

/** All that is ever said of a test that failed, so that no answer of a server comes through to the page. */
export const failureWords: Record<StorageErrorCode, string> = {
  auth_failed: 'Access denied: invalid credentials',
  auth_expired: 'The sign-in is no longer valid. Sign in again.',
  host_key_changed: 'The server shows another host key than before. Nothing was sent to it.',
  certificate: "The server's certificate is not trusted. Nothing was sent to it.",
  clock: 'The service refuses our time. Set the clock of this box.',
  no_root: 'The folder or bucket is not there',
  quota: 'The storage is full',
  target_refused: 'This address is never a destination',
  read_only: 'The destination can only be read',
  unreachable: 'The server cannot be reached',
  timeout: 'The server does not answer',
  rate_limited: 'The service asks to wait. Try again in a few minutes.',
  unavailable: 'The service is not available at the moment. Try again later.',
  integrity: 'A test file came back different from how it was written',
  not_found: 'The folder or bucket is not there',
  exists: 'Something else lies where the folder is to be',
  permission: 'Signed in, but writing, reading or deleting there is not allowed',
  name: 'The service does not take this name',
  too_large: 'The service does not take a file of this size',
  changed: 'Somebody else is writing there. Try again.',
  source: 'The test file could not be read',
  protocol: 'What answers there does not speak as this kind of storage should. Check the address.',
  unsupported: 'The service cannot do what backups need',
};

/** What a person needs to decide about, besides the words: keys and certificates. */
const decidable: Partial<Record<StorageErrorCode, readonly string[]>> = {
  host_key_changed: ['host', 'port', 'fingerprint', 'known'],
  certificate: ['fingerprint', 'pinned', 'subject', 'issuer', 'valid_until'],
};

/**
 * What is told of a destination that works. Nothing a server says of itself (version, banner, its idea of our path) is
 * among it; of accounts it is who they are, as the service people signed in to names them.
 */
const told: Record<StorageKind, readonly string[]> = {
  local: ['folder', 'folder_exists'],
  s3: ['bucket', 'region'],
  sftp: ['user', 'folder_exists', 'fingerprint', 'key_type'],
  webdav: ['account', 'folder_exists', 'encrypted', 'keeps_times'],
  google_drive: ['account', 'total_bytes', 'free_bytes'],
  onedrive: ['account', 'folder', 'folder_exists', 'total_bytes', 'free_bytes'],
};

const longestText = 253;

function pick(from: Record<string, unknown>, names: readonly string[]): Details {
  const picked: Details = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'string') picked[name] = printableLine(value).slice(0, longestText);
    else if (typeof value === 'number' || typeof value === 'boolean') picked[name] = value;
  }
  return picked;
}

/** Of a destination that works. */
export const detailsOfSuccess = (kind: StorageKind, facts: Record<string, unknown>): Details => pick(facts, told[kind]);

/** Null where the words say all. */
export function detailsOfFailure({ code, details }: StorageError): Details | null {
  const names = decidable[code];
  return names ? { reason: code, ...pick(details, names) } : null;
}
