import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { urlOf } from './address.ts';
import { lookFromBytes, type PutPorts, putInFolder, requireSize, sha1Of, takenBy, timeHeader } from './put.ts';

/** Whole seconds of a time of change, as these servers keep it. */
export const keptTime = (mtimeNs: bigint | null, answer: Response): bigint | null =>
  mtimeNs === null || answer.headers.get('x-oc-mtime') !== 'accepted'
    ? null
    : BigInt(timeHeader(mtimeNs)['x-oc-mtime'] as string) * 1_000_000_000n;

export const answeredTag = ({ headers }: Response): string | null =>
  (headers.get('oc-etag') ?? headers.get('etag'))?.replace(/^W\//, '').replaceAll('"', '') || null;

/**
 * PUT to a Nextcloud or ownCloud: written beside the old file and renamed by the server, with time and checksum. Nextcloud
 * hashes what arrives when asked to (`X-Hash`) and says what it got; ownCloud compares with the checksum that we send.
 */
export async function putToOwncloud(
  ports: PutPorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { connection, place } = ports;
  const { signal, mtimeNs } = options;
  const sha1 = await sha1Of(content, signal);
  const answer = await putInFolder(ports, path, {
    url: urlOf(place, path),
    content,
    headers: { ...timeHeader(mtimeNs), 'oc-checksum': `SHA1:${sha1}`, 'x-hash': 'sha1' },
    signal,
    ...takenBy(options),
  });
  const heard = answer.headers.get('x-hash-sha1')?.toLowerCase() ?? null;
  if (heard !== null && heard !== sha1) {
    await connection.request('DELETE', urlOf(place, path), { signal });
    throw new StorageError(
      'integrity',
      `${connection.what} received other bytes of ${JSON.stringify(path)} than were sent. They were removed there.`,
    );
  }
  const found =
    heard === null && content.size >= lookFromBytes ? await requireSize(ports, path, content, signal) : null;
  if (content.size > 0) options.onProgress?.(content.size);
  return {
    size: content.size,
    mtimeNs: keptTime(mtimeNs, answer),
    hash: heard === null ? null : { kind: 'sha1', hex: sha1 },
    tag: found?.tag ?? answeredTag(answer),
    id: answer.headers.get('oc-fileid'),
    verified: heard !== null || found !== null,
  };
}
