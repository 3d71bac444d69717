import type { S3Credential } from './schema.ts';

export interface Signable {
  method: string;
  /** Encoded, from the first slash on. */
  path: string;
  /** Encoded names and values; no name twice. */
  query: readonly (readonly [string, string])[];
  /** Names in lower case, `host` among them; values without space around them. All are signed. */
  headers: Readonly<Record<string, string>>;
}

/** As signatures want it: everything but letters, digits and `-._~`. */
export function encoded(text: string): string {
  const most = encodeURIComponent(text);
  return /[!'()*]/.test(most)
    ? most.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    : most;
}

const hmac = (key: string | Buffer, text: string): Buffer => new Bun.CryptoHasher('sha256', key).update(text).digest();

/**
 * AWS Signature Version 4 for S3, of requests whose body is proven by other means
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). The SDK's own signer costs a small
 * file more than all the rest of its request. Answers the headers to be sent besides those that were given.
 */
export function createSignature(credential: S3Credential, region: string) {
  const { access_key_id: id, secret_access_key: secret, session_token: token } = credential;
  /** Keys are of one day. */
  let known: { day: string; key: Buffer } = { day: '', key: Buffer.alloc(0) };

  function keyOf(day: string): Buffer {
    if (known.day !== day) {
      const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');
      known = { day, key };
    }
    return known.key;
  }

  return ({ method, path, query, headers }: Signable, nowMs: number): Record<string, string> => {
    const time = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const day = time.slice(0, 8);
    const own: Record<string, string> = {
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-date': time,
      ...(token === null ? undefined : { 'x-amz-security-token': token }),
    };
    const all: Record<string, string> = { ...headers, ...own };
    const names = Object.keys(all).sort();
    const signed = names.join(';');
    const asked = query
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
    const request = `${method}\n${path}\n${asked}\n${lines}\n${signed}\nUNSIGNED-PAYLOAD`;
    const scope = `${day}/${region}/s3/aws4_request`;
    const digest = Bun.CryptoHasher.hash('sha256', request, 'hex');
    const signature = hmac(keyOf(day), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`).toString('hex');
    own['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return own;
  };
}
