import { AppError, invalid } from '../core/errors.ts';

/** Bodies of the JSON families are small. */
const maxJsonBytes = 1024 * 1024;
/** Deeper than anything we take; what walks a value later must not run out of stack. */
const maxDepth = 64;

const tooLarge = (maxBytes: number) => new AppError('payload_too_large', `The body may be at most ${maxBytes} bytes`);
const notJson = () => invalid('The body is not valid JSON');

/** Is there anything to read: a request without a body needs no content type and is no bad JSON. */
export function hasBody(request: Request): boolean {
  const length = request.headers.get('content-length');
  if (length !== null) return length !== '0';
  return request.headers.has('transfer-encoding') || request.body !== null;
}

/** Refuses what is not JSON by its type (415) or too large by its announced length (413), before a byte is read. */
export function checkBody(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || !hasBody(request)) return;
  if (Number(request.headers.get('content-length') ?? 0) > maxJsonBytes) throw tooLarge(maxJsonBytes);
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new AppError('unsupported_media_type', 'The body must be sent as application/json');
}

/** The whole body, with a bound that also holds for bodies without a length. */
async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  // The listener never hands over more than the announced length.
  if (Number(request.headers.get('content-length') ?? Number.NaN) <= maxBytes) return request.bytes();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Brackets outside of strings; cheap beside the parsing itself, and bounded before the parser recurses. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (inString) {
      if (c === 0x5c) at += 1;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (c === 0x7d || c === 0x5d) depth -= 1;
  }
  return false;
}

const mayNamePrototype = /__proto__|\\u/i;
/** A member of this name becomes an object's prototype as soon as somebody copies it. */
const withoutPrototype = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

/** A JSON body, or undefined where there is none. Throws AppError: 413 above `maxBytes`, 400 for anything not JSON. */
export async function readJson(request: Request, maxBytes = maxJsonBytes): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  const bytes = await readBounded(request, maxBytes);
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notJson();
  }
  if (isTooDeep(text)) throw invalid(`The body is nested more than ${maxDepth} levels deep`);
  try {
    return mayNamePrototype.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
  } catch {
    throw notJson();
  }
}
