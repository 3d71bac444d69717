import { errnoOf } from '../../core/errors.ts';
import { StorageError } from '../errors.ts';
import { pinCode } from './certificate.ts';

const certificateCode =
  /CERT|SELF_SIGNED|ALTNAME|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|UNABLE_TO_(VERIFY|GET_ISSUER|GET_CRL)/;

export const isCertificateTrouble = (error: unknown): boolean => certificateCode.test(errnoOf(error) ?? '');

const noWay: Record<string, string> = {
  ENOTFOUND: 'there is no server of this name. Check the address and the network of this machine',
  EAI_AGAIN: 'its name cannot be looked up now. Check the network of this machine',
  ECONNREFUSED: 'it refuses connections. Check that it runs and that the port is right',
  EHOSTUNREACH: 'there is no way to it. Check that it is switched on and the network works',
  ENETUNREACH: 'this machine has no network that leads there',
  ENETDOWN: 'the network of this machine is down',
  EPROTO: 'no encrypted connection came about. Check that the address is an https one',
};
const silent = new Set(['ETIMEDOUT', 'ConnectionTimeout', 'Timeout', 'UND_ERR_CONNECT_TIMEOUT']);
const senseless =
  /MALFORMED|INVALID_?HTTP|HEADERS?_?(TOO_?LARGE|OVERFLOW)|ZLIB|BROTLI|ZSTD|DECOMPRESS|UNEXPECTED_CONTENT/i;

const why: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  HOSTNAME_MISMATCH: 'it is for another name',
  CERT_REVOKED: 'it was revoked',
};

/** An error about the certificate a server shows. `details` are for the person who compares fingerprints. */
export function certificateError(what: string, error: unknown, details: Record<string, unknown>): StorageError {
  const code = errnoOf(error) ?? '';
  const message =
    code === pinCode
      ? `${what} shows another certificate than the pinned one. Nothing was sent. If the server got a new one, compare its fingerprint and pin that.`
      : `${what} shows a certificate that cannot be trusted: ${why[code] ?? 'nobody this machine knows vouches for it'}. Nothing was sent. If the server is yours, compare the fingerprint and pin it.`;
  return new StorageError('certificate', message, { cause: error, details: { problem: code, ...details } });
}

/**
 * What broke below HTTP (no route, cut, not a word of sense) in the words drivers share; also for errors met while the
 * body of an answer is read. What is already a StorageError stays itself, an abort stays the signal's reason.
 */
export function failureOf(error: unknown, what: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof StorageError) return error;
  const code = errnoOf(error) ?? '';
  if (isCertificateTrouble(error)) return certificateError(what, error, {});
  if (code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH')
    return new StorageError('source', 'The file gave another number of bytes than it had when it was opened.', {
      cause: error,
    });
  if (silent.has(code) || (error as Error | null)?.name === 'TimeoutError')
    return new StorageError('timeout', `${what} does not answer. Check that it is switched on and the network works.`, {
      cause: error,
    });
  const reason = noWay[code];
  if (reason !== undefined)
    return new StorageError('unreachable', `${what} cannot be reached: ${reason}.`, { cause: error });
  if (senseless.test(code))
    return new StorageError('protocol', `${what} answers with something that is no HTTP. Check address and port.`, {
      cause: error,
    });
  return new StorageError('unreachable', `The connection to ${what} was cut.`, { cause: error, details: { code } });
}
