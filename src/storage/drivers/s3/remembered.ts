import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { etagOf } from './etag.ts';
import { isCode, type Session } from './session.ts';

/** A part that has arrived: what the service calls it, and the MD5 of what we sent. */
export interface SentPart {
  etag: string;
  md5: string;
}

/** What a ResumeSlot holds of an upload. Says where it is and what was sent, nothing that opens anything. */
export interface UploadState {
  v: 1;
  upload: string;
  key: string;
  size: number;
  partBytes: number;
  /** Part numbers, ETags and MD5s: only where ETags are no MD5s, else the service's own list of parts says it all. */
  parts?: [number, string, string][];
}

const text = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 2048;

/** The state of exactly this upload; null for anything else. */
export function stateOf(value: unknown, key: string, size: number): UploadState | null {
  const state = (value ?? {}) as Partial<UploadState>;
  if (state.v !== 1 || state.key !== key || state.size !== size || !text(state.upload)) return null;
  const { partBytes } = state;
  if (typeof partBytes !== 'number' || !Number.isInteger(partBytes) || partBytes < 1 || size / partBytes > 10_000)
    return null;
  const parts = Array.isArray(state.parts)
    ? state.parts.filter((part) => Array.isArray(part) && part.length === 3 && text(part[1]) && text(part[2]))
    : [];
  return { v: 1, upload: state.upload, key, size, partBytes, parts };
}

/** Parts the service has of an upload, by number: their ETag and size. Null when it knows no such upload (any more). */
export async function listParts(
  session: Session,
  path: string,
  upload: string,
  signal: AbortSignal,
): Promise<Map<number, { etag: string; size: number }> | null> {
  const found = new Map<number, { etag: string; size: number }>();
  let marker: string | undefined;
  try {
    for (;;) {
      const answer = await session.ask(path, signal, (send, options) =>
        send(
          new ListPartsCommand({
            Bucket: session.bucket,
            Key: session.keys.keyOf(path),
            UploadId: upload,
            PartNumberMarker: marker,
          }),
          options,
        ),
      );
      for (const { PartNumber, ETag, Size } of answer.Parts ?? []) {
        const etag = etagOf(ETag);
        if (PartNumber !== undefined && etag !== null && Size !== undefined)
          found.set(PartNumber, { etag, size: Size });
      }
      const next = answer.NextPartNumberMarker;
      if (answer.IsTruncated !== true || next === undefined) return found;
      if (Number(next) <= Number(marker ?? 0)) throw new StorageError('protocol', 'The list of parts goes in circles.');
      marker = next;
    }
  } catch (error) {
    // Not asking for the parts costs sending them again; not being allowed to ask is no reason to fail.
    if (isCode(error, 'not_found', 'permission', 'unsupported', 'protocol')) return null;
    throw error;
  }
}

/** An upload begun and not ended. */
interface OpenUpload {
  key: string;
  upload: string;
  begunMs: number;
}

/** Uploads begun and not ended whose key begins with `prefix`. */
export async function* openUploads(session: Session, prefix: string, signal: AbortSignal): AsyncGenerator<OpenUpload> {
  let [KeyMarker, UploadIdMarker]: (string | undefined)[] = [];
  for (;;) {
    const answer = await session.ask(null, signal, (send, options) =>
      send(
        new ListMultipartUploadsCommand({ Bucket: session.bucket, Prefix: prefix, KeyMarker, UploadIdMarker }),
        options,
      ),
    );
    for (const { Key, UploadId, Initiated } of answer.Uploads ?? [])
      if (Key?.startsWith(prefix) && UploadId && Initiated)
        yield { key: Key, upload: UploadId, begunMs: Initiated.getTime() };
    if (answer.IsTruncated !== true || answer.NextKeyMarker === undefined) return;
    if (answer.NextKeyMarker === KeyMarker && answer.NextUploadIdMarker === UploadIdMarker)
      throw new StorageError('protocol', 'The list of unfinished uploads goes in circles.');
    [KeyMarker, UploadIdMarker] = [answer.NextKeyMarker, answer.NextUploadIdMarker];
  }
}
