import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { openUploads } from './remembered.ts';
import { isCode, type Session } from './session.ts';

/** Ends an upload and frees what its parts take. Not there any more is fine. */
export async function abandonUpload(
  session: Session,
  { key, upload }: { key: string; upload: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    await session.ask(null, signal, (send, options) =>
      send(new AbortMultipartUploadCommand({ Bucket: session.bucket, Key: key, UploadId: upload }), options),
    );
  } catch (error) {
    if (!isCode(error, 'not_found')) throw error;
  }
}

interface SweepOptions {
  prefix: string;
  exact: boolean;
  /** Uploads somebody goes on with. */
  keep: ReadonlySet<string>;
  olderThanMs: number;
}

/**
 * Ends uploads below `prefix` (or, with `exact`, of that very key) that were begun long ago and that nobody goes on with:
 * their parts are paid for and seen in no listing. Whose they are is not told by the service, so only what lies under our
 * own prefix is looked at. Answers how many.
 */
export async function sweepUploads(
  session: Session,
  { prefix, exact, keep, olderThanMs }: SweepOptions,
  signal: AbortSignal,
): Promise<number> {
  let ended = 0;
  for await (const open of openUploads(session, prefix, signal)) {
    if ((exact && open.key !== prefix) || keep.has(open.upload) || session.now() - open.begunMs < olderThanMs) continue;
    await abandonUpload(session, open, signal);
    ended += 1;
  }
  return ended;
}
