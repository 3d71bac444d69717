import { StorageError } from '../../errors.ts';

/** What S3 says of a content without being asked; each member may be missing where a server says less. */
interface Seal {
  ETag?: string | undefined;
  ServerSideEncryption?: string | undefined;
  SSECustomerAlgorithm?: string | undefined;
}

export const sealOf = (headers: Headers): Seal => ({
  ETag: headers.get('etag') ?? undefined,
  ServerSideEncryption: headers.get('x-amz-server-side-encryption') ?? undefined,
  SSECustomerAlgorithm: headers.get('x-amz-server-side-encryption-customer-algorithm') ?? undefined,
});

/** Without quotes and case; null where the answer had none. */
export const etagOf = (etag: string | undefined): string | null => {
  const plain = etag?.replace(/^W\//, '').replaceAll('"', '').toLowerCase();
  return plain === undefined || plain === '' ? null : plain;
};

/** An answer that begins with 200 before the work is done: given up on the way, it ends without a word of a result. */
export const stopped = (what: string): StorageError =>
  new StorageError('unavailable', `${what} began to put a file in its place, and stopped.`);

/** Of an answer that may be `stopped`. */
export function answeredEtag({ what }: { what: string }, etag: string | undefined): string {
  const told = etagOf(etag);
  if (told === null) throw stopped(what);
  return told;
}

/**
 * The MD5 an answer speaks of, if its ETag is one: not for content sealed with keys of a key service or of a customer,
 * and not for what was put together of parts.
 */
export function md5Of(seal: Seal): string | null {
  const sealed = seal.SSECustomerAlgorithm !== undefined || (seal.ServerSideEncryption ?? 'AES256') !== 'AES256';
  const etag = etagOf(seal.ETag);
  return sealed || etag === null || !/^[0-9a-f]{32}$/.test(etag) ? null : etag;
}

/** Of every listing and answer alike. */
export const tagOf = (etag: string | null, size: number): string | null => (etag === null ? null : `${etag}:${size}`);

export const md5 = (bytes: Uint8Array): Buffer => new Bun.CryptoHasher('md5').update(bytes).digest();

/** ETag of an object put together of parts: the MD5 of their MD5s, and how many they were. */
export const composedEtag = (partMd5s: readonly string[]): string =>
  `${md5(Buffer.from(partMd5s.join(''), 'hex')).toString('hex')}-${partMd5s.length}`;
