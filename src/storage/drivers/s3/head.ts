import { HeadObjectCommand, type HeadObjectCommandOutput, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { isBare } from './errors.ts';
import { etagOf, md5Of, tagOf } from './etag.ts';
import { mtimeOf } from './metadata.ts';
import { isCode, type Session } from './session.ts';

/** What is known of one object. */
export interface Head {
  size: number;
  etag: string | null;
  /** Of the content, where the ETag is one. */
  md5: string | null;
  mtimeNs: bigint | null;
  version: string | null;
  answer: HeadObjectCommandOutput;
}

/** One page with one object at most: the cheapest question whose refusal is explained. */
export const firstBelow = (session: Session, prefix: string, signal: AbortSignal) =>
  session.ask(null, signal, (send, options) =>
    send(
      new ListObjectsV2Command({ Bucket: session.bucket, Prefix: prefix, MaxKeys: 1, EncodingType: 'url' }),
      options,
    ),
  );

/** One object by its path, or null. */
export async function headOf(session: Session, path: string, signal: AbortSignal): Promise<Head | null> {
  const { bucket, keys } = session;
  try {
    const answer = await session.ask(path, signal, (send, options) =>
      send(new HeadObjectCommand({ Bucket: bucket, Key: keys.keyOf(path) }), options),
    );
    const size = answer.ContentLength;
    if (size === undefined || !(size >= 0))
      throw new StorageError('protocol', `${session.what} tells no size of a file.`);
    const etag = etagOf(answer.ETag);
    return {
      size,
      etag,
      md5: md5Of(answer),
      mtimeNs: mtimeOf(answer.Metadata),
      version: answer.VersionId ?? null,
      answer,
    };
  } catch (error) {
    if (isCode(error, 'not_found')) return null;
    // To HEAD a refusal has no words (RFC 9110 §9.3.2): a listing is refused for the same reason, and says which.
    if (error instanceof StorageError && isBare(error.cause)) await firstBelow(session, keys.keyOf(path), signal);
    throw error;
  }
}

export const tagOfHead = (head: Head): string | null => tagOf(head.etag, head.size);
