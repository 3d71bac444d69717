import { readPiece } from '../../content.ts';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { bodyOf } from './body.ts';
import { etagOf, md5, md5Of, sealOf, tagOf } from './etag.ts';
import { headOf } from './head.ts';
import { mtimeMetadata } from './metadata.ts';
import { readObject } from './read.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import { removeWrong } from './wrong.ts';

/** MD5 of what lies there now. */
async function md5There(session: Session, path: string, signal: AbortSignal): Promise<string> {
  const hash = new Bun.CryptoHasher('md5');
  for await (const piece of (await readObject(session, path, {}, signal)) as unknown as AsyncIterable<Uint8Array>)
    hash.update(piece);
  return hash.digest('hex');
}

/** One request that makes or replaces one object; the service itself makes that atomic. */
export async function putWhole(
  session: Session,
  room: Room,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { signal, mtimeNs, onProgress } = options;
  const { size } = content;
  const give = await room.take(size, signal);
  try {
    const bytes = size === 0 ? new Uint8Array() : await readPiece(content, 0, size, signal);
    const sum = md5(bytes);
    const hex = sum.toString('hex');
    const mtime = mtimeMetadata(mtimeNs)['mtime'];
    const { headers } = await session.send(path, {
      method: 'PUT',
      key: session.keys.keyOf(path),
      signal,
      body: bodyOf(bytes, () => onProgress?.(0)),
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-md5': sum.toString('base64'),
        ...(mtime === undefined ? {} : { 'x-amz-meta-mtime': mtime }),
        ...(session.storageClass === undefined ? {} : { 'x-amz-storage-class': session.storageClass }),
      },
    });
    const answer = sealOf(headers);
    const told = md5Of(answer);
    const written = { size, mtimeNs, id: null, verified: true };
    let etag = etagOf(answer.ETag);
    if (told !== hex) {
      // Sealed with a key of a key service, or by a server whose ETags are something else: only looking helps.
      const ours = { etag, version: headers.get('x-amz-version-id') };
      const head = await headOf(session, path, signal);
      if (head === null || head.size !== size) await removeWrong(session, path, ours, signal);
      const sealed = head?.md5 === null;
      if (head?.md5 !== hex && !sealed && (await md5There(session, path, signal)) !== hex)
        await removeWrong(session, path, { ...ours, etag: etag ?? head?.etag ?? null }, signal);
      etag = head?.etag ?? etag;
    }
    onProgress?.(size);
    return { ...written, hash: told === hex ? { kind: 'md5', hex } : null, tag: tagOf(etag, size) };
  } finally {
    give();
  }
}
