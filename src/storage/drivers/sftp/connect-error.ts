import { StorageError } from '../../errors.ts';
import { named, socketError } from './address.ts';
import type { SftpConfig } from './schema.ts';

const algorithmAdvice: readonly (readonly [RegExp, string])[] = [
  [
    /key exchange/,
    'of its ways to exchange keys none is known here. It must offer curve25519-sha256, an ecdh-sha2-nistp or a diffie-hellman one; post-quantum ways alone are not enough',
  ],
  [
    /cipher/,
    'of its ciphers none is known here. It must offer AES-GCM or AES-CTR; chacha20-poly1305 alone is not enough',
  ],
  [/host key/, 'its host key is of a kind that is not known here. It must have one of ED25519, ECDSA or RSA'],
  [/MAC/, 'of its checksums (MACs) none is known here. It must offer hmac-sha2-256 or hmac-sha2-512'],
];

/** What ssh2 said while connecting and signing in, in our words. */
export function signInError(error: unknown, config: SftpConfig): StorageError {
  if (error instanceof StorageError) return error;
  const server = named(config);
  const { message = '', level } = error as { message?: string; level?: string };
  const advice = algorithmAdvice.find(([form]) => message.includes('no matching') && form.test(message));
  if (advice !== undefined)
    return new StorageError('unsupported', `${server} cannot be talked to: ${advice[1]}.`, { cause: error });
  if (level === 'client-timeout')
    return new StorageError('timeout', `${server} accepted the connection and then fell silent.`, { cause: error });
  if (/before handshake/i.test(message))
    return new StorageError(
      'unreachable',
      `${server} closed the connection at once. It may have had too many at a time, or refuse this machine's address.`,
      { cause: error },
    );
  if (level === 'handshake' || level === 'protocol')
    return new StorageError('protocol', `What answers at ${server} is no SSH server that can be understood.`, {
      cause: error,
    });
  if (/subsystem|open channel|administratively/i.test(message))
    return new StorageError('unsupported', `${server} lets ${config.username} sign in, but offers no SFTP.`, {
      cause: error,
    });
  return socketError(config, error);
}

/** The driver's answer to a key that is not the pinned one. */
export function hostKeyChanged(config: SftpConfig, fingerprint: string, known: string): StorageError {
  return new StorageError(
    'host_key_changed',
    `${named(config)} shows another host key (${fingerprint}) than before (${known}). Nothing was sent to it. ` +
      'Accept the new key only if you know why it changed: a new or reinstalled server, say.',
    { details: { host: config.host, port: config.port, fingerprint, known } },
  );
}
