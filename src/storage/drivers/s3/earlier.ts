import type { Written } from '../../driver.ts';
import { composedEtag, tagOf } from './etag.ts';
import { headOf } from './head.ts';
import { countOf, type Job, lengthOf, readPart, type Sent } from './part.ts';
import { listParts, type UploadState } from './remembered.ts';

/** Parts of an earlier try that are there and hold what the content holds now: each is read again and compared. */
export async function trustedParts(job: Job, state: UploadState): Promise<Sent | null> {
  const { session, path, options } = job;
  const there = await listParts(session, path, state.upload, options.signal);
  if (there === null) return null;
  const remembered = new Map((state.parts ?? []).map(([number, etag, sum]) => [number, { etag, md5: sum }]));
  const sent: Sent = new Map();
  for (let number = 1; number <= countOf(job); number += 1) {
    const listed = there.get(number);
    if (listed?.size !== lengthOf(job, number)) continue;
    const part = await readPart(job, number, options.signal);
    part.give(true);
    const before = remembered.get(number);
    if (listed.etag === part.hex || (before?.etag === listed.etag && before.md5 === part.hex))
      sent.set(number, { etag: listed.etag, md5: part.hex });
  }
  return sent;
}

/** The upload was completed, and only the answer did not arrive: what lies there was put together of these very parts. */
export async function finishedBefore(job: Job): Promise<Written | null> {
  const { session, path, content, options } = job;
  const head = await headOf(session, path, options.signal);
  if (head?.size !== content.size || !head.etag?.endsWith(`-${countOf(job)}`)) return null;
  const sums: string[] = [];
  for (let number = 1; number <= countOf(job); number += 1) {
    const part = await readPart(job, number, options.signal);
    part.give(true);
    sums.push(part.hex);
  }
  if (composedEtag(sums) !== head.etag) return null;
  options.onProgress?.(content.size);
  return {
    size: content.size,
    mtimeNs: head.mtimeNs,
    hash: null,
    tag: tagOf(head.etag, content.size),
    id: null,
    verified: true,
  };
}
