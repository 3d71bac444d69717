import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { bareHost, portOf } from './route.ts';

/** What a server shows of itself; nothing of it is trusted by being read. */
export interface ShownCertificate {
  /** SHA-256 of the certificate, `AA:BB:…`. */
  fingerprint: string;
  pem: string;
  subject: string | null;
  issuer: string | null;
  validUntil: string | null;
}

const bare = (fingerprint: string): string => fingerprint.replaceAll(/[:\s]/g, '').toLowerCase();
export const sameFingerprint = (a: string, b: string): boolean => bare(a) === bare(b);
/** `AA:BB:…`, as openssl and browsers print it. */
export const printedFingerprint = (fingerprint: string): string =>
  bare(fingerprint)
    .toUpperCase()
    .replaceAll(/..(?=.)/g, '$&:');

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** The name of whom a certificate speaks: its common name, else the organisation. */
const nameOf = (who: { CN?: unknown; O?: unknown } | undefined): string | null => {
  const name = who?.CN ?? who?.O;
  return typeof name === 'string' ? name : null;
};

export const servernameOf = (url: URL): string | undefined => (isIP(bareHost(url)) === 0 ? url.hostname : undefined);

/** Looks at the certificate of the server at `address` without saying anything to it. */
export function lookAtCertificate(url: URL, address: string, timeoutMs: number): Promise<ShownCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port: portOf(url),
      servername: servernameOf(url),
      rejectUnauthorized: false, // only looked at; the connection carries nothing
    });
    const late = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error('No certificate in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      const shown = socket.getPeerCertificate();
      socket.destroy();
      if (!shown?.raw) return reject(Object.assign(new Error('No certificate'), { code: 'EPROTO' }));
      resolve({
        fingerprint: shown.fingerprint256,
        pem: pemOf(shown.raw),
        subject: nameOf(shown.subject),
        issuer: nameOf(shown.issuer),
        validUntil: shown.valid_to ?? null,
      });
    });
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('close', () => {
      clearTimeout(late);
      reject(Object.assign(new Error('Closed'), { code: 'ECONNRESET' }));
    });
  });
}

export const pinCode = 'PINNED_CERTIFICATE_DIFFERS';
export const pinError = (): Error =>
  Object.assign(new Error('Another certificate than the pinned one'), { code: pinCode });
