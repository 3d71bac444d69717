import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { abandonUpload, sweepUploads } from './abandoned.ts';
import { finishedBefore, trustedParts } from './earlier.ts';
import { composedEtag, etagOf, md5Of, sealOf, stopped, tagOf } from './etag.ts';
import { headOf } from './head.ts';
import { mtimeMetadata } from './metadata.ts';
import { bytesOf, countOf, type Job, lengthOf, partBytesFor, type ReadPart, readPart, type Sent } from './part.ts';
import { stateOf, type UploadState } from './remembered.ts';
import type { Room } from './room.ts';
import { isCode, type Session } from './session.ts';
import { removeWrong } from './wrong.ts';

/** Parts of one file under way at once. */
const side = 4;
/** An upload of a file that is begun anew, from which on nobody can still be at it. */
const abandonedMs = 86_400_000;
/** Time for tidying up after a failure, whatever became of the caller. */
const tidyMs = 5_000;

async function beginUpload(job: Job): Promise<UploadState> {
  const { session, path, key, content, options, partBytes } = job;
  if (options.resume)
    // Best effort: not every key may list uploads, and the bytes are what matters.
    await sweepUploads(
      session,
      { prefix: key, exact: true, keep: new Set(), olderThanMs: abandonedMs },
      options.signal,
    ).catch(() => 0);
  const answer: CreateMultipartUploadCommandOutput = await session.ask(path, options.signal, (send, call) =>
    send(
      new CreateMultipartUploadCommand({
        Bucket: session.bucket,
        Key: key,
        Metadata: mtimeMetadata(options.mtimeNs),
        StorageClass: session.storageClass,
      }),
      call,
    ),
  );
  const upload = answer.UploadId;
  if (!upload) throw new StorageError('protocol', `${session.what} began an upload and did not name it.`);
  const state: UploadState = { v: 1, upload, key, size: content.size, partBytes };
  options.resume?.save(state);
  return state;
}

async function sendPart(
  job: Job,
  upload: string,
  number: number,
  part: ReadPart,
  signal: AbortSignal,
  alive: () => void,
) {
  const { session, path, key } = job;
  const { headers } = await session.send(path, {
    method: 'PUT',
    key,
    query: { partNumber: String(number), uploadId: upload },
    signal,
    body: part.body(alive),
    headers: { 'content-length': String(part.length), 'content-md5': part.base64 },
  });
  const answer = sealOf(headers);
  const etag = etagOf(answer.ETag);
  if (etag === null) throw new StorageError('protocol', `${session.what} took a part and said nothing of it.`);
  const told = md5Of(answer);
  if (told !== null && told !== part.hex)
    throw new StorageError('integrity', `A part of ${JSON.stringify(path)} did not arrive as it was sent.`);
  return { etag, md5: part.hex };
}

/** Sends what is missing. Parts are read one after the other and sent side by side; the first failure is thrown. */
async function sendMissing(job: Job, state: UploadState, sent: Sent): Promise<void> {
  const { options, content } = job;
  const { signal, onProgress, resume } = options;
  const missing = Array.from({ length: countOf(job) }, (_, index) => index + 1).filter((number) => !sent.has(number));
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const underWay = new Set<Promise<void>>();
  const saveEvery = Math.ceil(countOf(job) / 50);
  let arrived = bytesOf(job, sent);
  let opaque = 0;
  const failures: unknown[] = [];
  const alive = () => onProgress?.(arrived);
  if (arrived > 0) alive();

  async function send(number: number, part: ReadPart): Promise<void> {
    let whole = false;
    try {
      const done = await sendPart(job, state.upload, number, part, both, alive);
      whole = true;
      sent.set(number, done);
      arrived += lengthOf(job, number);
      onProgress?.(arrived);
      if (done.etag === done.md5) return;
      opaque += 1;
      if (opaque % saveEvery === 0)
        resume?.save({ ...state, parts: [...sent].map(([n, { etag, md5 }]) => [n, etag, md5]) });
    } catch (error) {
      failures.push(error);
    } finally {
      part.give(whole);
    }
  }

  try {
    for (const number of missing) {
      // The next one is ready before there is a place for it.
      const part = await readPart(job, number, both);
      while (underWay.size >= side) await Promise.race(underWay);
      if (failures.length > 0) {
        part.give(true);
        break;
      }
      const sending = send(number, part).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  } catch (error) {
    failures.push(error);
  }
  // With somebody who remembers, what is under way may still arrive and is not sent again; else it is for nothing.
  if (failures.length > 0 && (!resume || isCode(failures[0], 'source'))) stop.abort(new Error('The upload has failed'));
  await Promise.all(underWay);
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  if (arrived !== content.size) throw new StorageError('protocol', 'The parts of an upload do not add up to the file.');
}

async function complete(job: Job, upload: string, sent: Sent): Promise<Written> {
  const { session, path, key, content, options } = job;
  const parts = [...sent].sort(([a], [b]) => a - b);
  const answer = await session.ask(path, options.signal, (send, call) =>
    send(
      new CompleteMultipartUploadCommand({
        Bucket: session.bucket,
        Key: key,
        UploadId: upload,
        MultipartUpload: { Parts: parts.map(([PartNumber, { etag }]) => ({ PartNumber, ETag: `"${etag}"` })) },
      }),
      call,
    ),
  );
  const { size } = content;
  if (answer.ETag === undefined && answer.Key === undefined) throw stopped(session.what);
  let etag = etagOf(answer.ETag); // radosgw leaves it empty
  if (etag !== composedEtag(parts.map(([, part]) => part.md5))) {
    // Every part was compared; how a server names the sum is its own affair, but the size must be right.
    const head = await headOf(session, path, options.signal);
    const version = answer.VersionId ?? null;
    if (head?.size !== size) await removeWrong(session, path, { etag, version }, options.signal);
    etag = head?.etag ?? etag;
  }
  return { size, mtimeNs: options.mtimeNs, hash: null, tag: tagOf(etag, size), id: null, verified: true };
}

/** A large file in parts, which the service puts together at the end: until then nothing is seen of it. */
export async function putParts(
  session: Session,
  room: Room,
  path: string,
  content: Content,
  options: WriteOptions,
  wantedPartBytes: number,
): Promise<Written> {
  const key = session.keys.keyOf(path);
  const { resume } = options;
  let state = stateOf(resume?.load(), key, content.size);
  const partBytes = state?.partBytes ?? partBytesFor(content.size, wantedPartBytes);
  const job: Job = { session, room, path, key, content, options, partBytes, spare: [] };
  let sent: Sent = new Map();
  if (state) {
    const trusted = await trustedParts(job, state);
    if (trusted) sent = trusted;
    else {
      const finished = await finishedBefore(job);
      if (finished) {
        resume?.clear();
        return finished;
      }
      state = null;
    }
  }
  const current = state ?? (await beginUpload(job));
  try {
    await sendMissing(job, current, sent);
    const written = await complete(job, current.upload, sent);
    resume?.clear();
    return written;
  } catch (error) {
    // Gone, spoilt, or of a content that is no more: nothing to go on with. Else it is left for the next try.
    const over = !resume || isCode(error, 'not_found', 'source', 'integrity', 'changed', 'protocol');
    if (over) {
      resume?.clear();
      await abandonUpload(session, current, AbortSignal.timeout(tidyMs)).catch(() => {});
    }
    throw error;
  }
}
