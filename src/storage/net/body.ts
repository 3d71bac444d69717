import { StorageError } from '../errors.ts';

/** Answers up to this size are read before they are handed on: their connection is free at once, read or not. */
const smallBytes = 64 * 1024;
const bodyless = new Set([204, 205, 304]);

/**
 * An answer whose body fails in our words (`inOurs`), and when it ends before its announced length. Redirects and
 * errors keep their status and headers.
 */
export async function wrapBody(
  answer: Response,
  method: string,
  inOurs: (error: unknown) => unknown,
): Promise<Response> {
  const { status, statusText, headers } = answer;
  const announced = headers.has('content-encoding') ? null : headers.get('content-length');
  // Asking for the stream makes one: not for each of the thousands of answers that say nothing.
  if (method === 'HEAD' || announced === '0' || bodyless.has(status) || !answer.body) return answer;
  const look = { status, statusText, headers };
  const size = announced === null ? null : Number(announced);
  if (size !== null && size <= smallBytes) {
    const bytes = await answer.arrayBuffer();
    if (bytes.byteLength !== size) throw cut();
    return new Response(bytes, look);
  }
  const reader = answer.body.getReader();
  let left = size;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (value) {
            if (left !== null) left -= value.byteLength;
            controller.enqueue(value);
          }
          if (!done) return;
          if (left !== null && left !== 0) throw cut();
          controller.close();
        } catch (error) {
          controller.error(inOurs(error));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, look);
}

const cut = () => Object.assign(new Error('The answer ended early'), { code: 'ECONNRESET' });

/**
 * The whole body of an answer that should be short. Longer than `maxBytes` (also when it only gets so by being
 * unpacked) is `protocol`: nobody fills our memory with an error page or a listing without end.
 */
export async function readBytes(answer: Response, maxBytes: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!answer.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new StorageError('protocol', `${what} answers with more than it could have to say.`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts, bytes));
}

export const readText = async (answer: Response, maxBytes: number, what: string): Promise<string> =>
  new TextDecoder().decode(await readBytes(answer, maxBytes, what));

/** Throws `protocol` for anything but a JSON object. */
export async function readJson(answer: Response, maxBytes: number, what: string): Promise<Record<string, unknown>> {
  const text = await readText(answer, maxBytes, what);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw new StorageError('protocol', `${what} answers with something that is not what it should be.`);
}
