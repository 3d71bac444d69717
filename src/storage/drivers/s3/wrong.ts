import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { headOf } from './head.ts';
import type { Session } from './session.ts';

/**
 * Takes away what we just wrote and is not what was sent, and throws `integrity`. Where the bucket keeps versions, only
 * that version goes and the one before is back. Elsewhere the old content went when ours came, and what lies there is
 * removed only while it is still ours by its ETag: a gap is sent again at the next run and misleads nobody until then,
 * other bytes under the name would.
 */
export async function removeWrong(
  session: Session,
  path: string,
  ours: { etag: string | null; version: string | null },
  signal: AbortSignal,
): Promise<never> {
  const wrong = new StorageError('integrity', `${JSON.stringify(path)} did not arrive as it was sent. It is not kept.`);
  const kept = (cause?: unknown) =>
    new StorageError('integrity', `${JSON.stringify(path)} did not arrive as it was sent. What lies there now stays.`, {
      cause,
    });
  const { bucket, keys } = session;
  try {
    if (ours.version === null) {
      const there = await headOf(session, path, signal);
      if (there === null) throw wrong;
      if (there.etag !== ours.etag) throw kept();
    }
    const VersionId = ours.version ?? undefined;
    await session.ask(path, signal, (send, options) =>
      send(new DeleteObjectCommand({ Bucket: bucket, Key: keys.keyOf(path), VersionId }), options),
    );
  } catch (error) {
    if (error === wrong || signal.aborted) throw error;
    throw kept(error);
  }
  throw wrong;
}
