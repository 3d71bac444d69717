import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { storageError } from './errors.ts';
import { isCode, type Session } from './session.ts';

/** Most keys one request takes. */
const mostKeys = 1_000;
/** Requests under way at once. */
const side = 4;
/** Characters XML cannot carry in any spelling, or changes on the way: these keys are removed by their address. */
const unsuited = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

export const removeObject = async (session: Session, path: string, signal: AbortSignal): Promise<void> => {
  try {
    await session.ask(path, signal, (send, options) =>
      send(new DeleteObjectCommand({ Bucket: session.bucket, Key: session.keys.keyOf(path) }), options),
    );
  } catch (error) {
    if (!isCode(error, 'not_found')) throw error;
  }
};

interface Failed {
  path: string;
  error: StorageError;
}

async function removePage(session: Session, paths: readonly string[], signal: AbortSignal): Promise<Failed[]> {
  const answer = await session.ask(null, signal, (send, options) =>
    send(
      new DeleteObjectsCommand({
        Bucket: session.bucket,
        Delete: { Objects: paths.map((path) => ({ Key: session.keys.keyOf(path) })) },
      }),
      options,
    ),
  );
  const asked = new Set(paths);
  const failed: Failed[] = [];
  for (const { Key, Code } of answer.Errors ?? []) {
    if (Code === 'NoSuchKey') continue;
    const path = Key?.slice(session.keys.root.length) ?? '';
    if (!asked.has(path)) throw new StorageError('protocol', `${session.what} spoke of files it was not asked about.`);
    const error = storageError({ Code, $metadata: { httpStatusCode: 200 } }, { what: session.what, region: '', path });
    failed.push({ path, error });
    asked.delete(path);
  }
  // Each key is either told as deleted or as failed: a page that was only worked on in part must not count as done.
  for (const { Key } of answer.Deleted ?? []) asked.delete(Key?.slice(session.keys.root.length) ?? '');
  for (const { Key } of answer.Errors ?? []) asked.delete(Key?.slice(session.keys.root.length) ?? '');
  for (const path of asked)
    failed.push({
      path,
      error: new StorageError('unavailable', `${session.what} did not say whether ${JSON.stringify(path)} is removed.`),
    });
  return failed;
}

/** Many objects, a thousand a request. Answers those that may still be there, each with its reason. */
export async function removeObjects(
  session: Session,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Failed[]> {
  signal.throwIfAborted();
  const failed: Failed[] = [];
  const unique = [...new Set(paths)];
  const plain = unique.filter((path) => !unsuited.test(path));
  const pages: (() => Promise<Failed[]>)[] = [];
  for (let at = 0; at < plain.length; at += mostKeys) {
    const page = plain.slice(at, at + mostKeys);
    pages.push(() => removePage(session, page, signal));
  }
  for (const path of unique.filter((path) => unsuited.test(path)))
    pages.push(async () => {
      try {
        await removeObject(session, path, signal);
        return [];
      } catch (error) {
        if (!isCode(error, 'permission', 'name', 'changed')) throw error;
        return [{ path, error }];
      }
    });
  let next = 0;
  const lane = async () => {
    for (let work = pages[next]; work; work = pages[next]) {
      next += 1;
      failed.push(...(await work()));
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(side, pages.length) }, lane));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return failed;
}
