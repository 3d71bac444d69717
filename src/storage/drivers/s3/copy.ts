import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { answeredEtag, etagOf, stopped } from './etag.ts';
import { type Head, headOf } from './head.ts';
import { copySource } from './keys.ts';
import { partBytesFor } from './part.ts';
import type { Session } from './session.ts';

export interface CopySizes {
  /** From this size on copies are made in parts; the service's limit is 5 GiB. */
  fromBytes: number;
  partBytes: number;
}

/** Parts copied side by side: the bytes stay at the service. */
const side = 8;

const sourceOf = (session: Session, path: string, head: Head) => ({
  CopySource: copySource(session.bucket, session.keys.keyOf(path)),
  // Else parts of two contents could become one file.
  CopySourceIfMatch: head.etag === null ? undefined : `"${head.etag}"`,
});

async function copyWhole(session: Session, from: string, to: string, head: Head, signal: AbortSignal) {
  const answer = await session.ask(from, signal, (send, options) =>
    send(
      new CopyObjectCommand({
        Bucket: session.bucket,
        Key: session.keys.keyOf(to),
        ...sourceOf(session, from, head),
        StorageClass: session.storageClass,
      }),
      options,
    ),
  );
  return answeredEtag(session, answer.CopyObjectResult?.ETag);
}

async function copyInParts(
  session: Session,
  from: string,
  to: string,
  head: Head,
  partBytes: number,
  signal: AbortSignal,
): Promise<string | null> {
  const target = { Bucket: session.bucket, Key: session.keys.keyOf(to) };
  const { Metadata, ContentType, ContentEncoding, ContentDisposition, ContentLanguage, CacheControl } = head.answer;
  const { UploadId } = await session.ask(to, signal, (send, options) =>
    send(
      new CreateMultipartUploadCommand({
        ...target,
        Metadata,
        ContentType,
        ContentEncoding,
        ContentDisposition,
        ContentLanguage,
        CacheControl,
        StorageClass: session.storageClass,
      }),
      options,
    ),
  );
  const etags: string[] = [];
  const count = Math.ceil(head.size / partBytes);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const range = `bytes=${index * partBytes}-${Math.min(head.size, (index + 1) * partBytes) - 1}`;
      const answer = await session.ask(from, signal, (send, options) =>
        send(
          new UploadPartCopyCommand({
            ...target,
            ...sourceOf(session, from, head),
            UploadId,
            PartNumber: index + 1,
            CopySourceRange: range,
          }),
          options,
        ),
      );
      etags[index] = answeredEtag(session, answer.CopyPartResult?.ETag);
    }
  };
  try {
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(side, count) }, lane));
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    const answer = await session.ask(to, signal, (send, options) =>
      send(
        new CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts: etags.map((ETag, index) => ({ PartNumber: index + 1, ETag: `"${ETag}"` })) },
        }),
        options,
      ),
    );
    if (answer.ETag === undefined && answer.Key === undefined) throw stopped(session.what);
    return etagOf(answer.ETag);
  } catch (error) {
    await session
      .ask(to, AbortSignal.timeout(5_000), (send, options) =>
        send(new AbortMultipartUploadCommand({ ...target, UploadId }), options),
      )
      .catch(() => {});
    throw error;
  }
}

/**
 * Copies one object within the bucket, with its metadata, without its bytes leaving the service. Resolves only when the
 * copy is known to be whole: by its ETag where that is the MD5 of both, else by its size. Throws `not_found`, and
 * `changed` when the source is replaced meanwhile.
 */
export async function copyObject(
  session: Session,
  from: string,
  to: string,
  sizes: CopySizes,
  signal: AbortSignal,
): Promise<Head> {
  const head = await headOf(session, from, signal);
  if (head === null) throw new StorageError('not_found', `${JSON.stringify(from)} is not there. Nothing was copied.`);
  if (from === to) return head;
  const etag =
    head.size < sizes.fromBytes
      ? await copyWhole(session, from, to, head, signal)
      : await copyInParts(session, from, to, head, partBytesFor(head.size, sizes.partBytes), signal);
  if (etag !== null && etag === head.md5) return head;
  const copy = await headOf(session, to, signal);
  if (copy?.size !== head.size || (etag !== null && copy.etag !== etag))
    throw new StorageError(
      'integrity',
      `The copy of ${JSON.stringify(from)} is not whole. The original is where it was.`,
    );
  return head;
}
