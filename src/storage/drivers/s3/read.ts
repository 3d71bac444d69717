import { GetObjectCommand } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { headOf } from './head.ts';
import type { Session } from './session.ts';

const nothing = (): ReadableStream<Uint8Array> => new ReadableStream({ start: (controller) => controller.close() });

const missing = (path: string) =>
  new StorageError('not_found', `${JSON.stringify(path)} is not there. Nothing can be read.`);

/** Passes on exactly `size` bytes, or errors; an abort comes through as the signal's reason. */
function exactly(body: ReadableStream<Uint8Array>, size: number, what: string, signal: AbortSignal) {
  const reader = body.getReader();
  let left = size;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          signal.throwIfAborted();
          if (value) left -= value.byteLength;
          if (left < 0 || (done && left !== 0))
            throw new StorageError('unreachable', `${what} sent another number of bytes than it announced.`);
          if (value) controller.enqueue(value);
          if (done) controller.close();
        } catch (error) {
          controller.error(signal.aborted ? signal.reason : error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Where the answer begins and ends, of `bytes 5-9/10`. */
const spanOf = (range: string | undefined): [number, number] | null => {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(range ?? '') ?? [];
  return first === undefined || last === undefined ? null : [Number(first), Number(last) + 1];
};

export async function readObject(
  session: Session,
  path: string,
  range: { start?: number; end?: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { start = 0, end } = range;
  const whole = start === 0 && end === undefined;
  const empty = async () => {
    const head = await headOf(session, path, signal);
    if (head === null) throw missing(path);
    return head;
  };
  if (end !== undefined && end <= start) return empty().then(nothing);
  try {
    const answer = await session.ask(path, signal, (send, options) =>
      send(
        new GetObjectCommand({
          Bucket: session.bucket,
          Key: session.keys.keyOf(path),
          ...(whole ? {} : { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` }),
        }),
        options,
      ),
    );
    const body = answer.Body as unknown as ReadableStream<Uint8Array> | undefined;
    const size = answer.ContentLength;
    const span = whole ? null : spanOf(answer.ContentRange);
    if (
      size === undefined ||
      (!whole && (span?.[0] !== start || span[1] - span[0] !== size || span[1] > (end ?? span[1])))
    ) {
      await body?.cancel();
      throw new StorageError('protocol', `${session.what} answered with another part of a file than was asked for.`);
    }
    return body ? exactly(body, size, session.what, signal) : nothing();
  } catch (error) {
    // 416: nothing of the file lies at or behind `start`.
    if (whole || !(error instanceof StorageError) || error.details['reason'] !== 'InvalidRange') throw error;
    if ((await empty()).size > start) throw error;
    return nothing();
  }
}
