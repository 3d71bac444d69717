import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { readBytes } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import { encoded } from './signature.ts';

/** Longest answer that is no content: a page of 1,000 keys of 1,024 bytes, three times as long in URL encoding. */
const longestAnswer = 8 * 1024 * 1024;

type Values = Record<string, string | string[] | null>;

interface SignedRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Values;
  headers: Record<string, string>;
  body?: unknown;
}

/** With its question mark; empty where there is none. */
function queryOf(query: Values = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Entities that grow without end begin with a document type, which no S3 answer has. */
function refuseDocumentType(bytes: Uint8Array, what: string): void {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString('latin1');
  if (/<!(doctype|entity)/i.test(head))
    throw new StorageError('protocol', `${what} answers with something that is no answer of S3.`);
}

/** All of an answer that is no content. Throws `protocol` for one without end, or that would grow by being read. */
export async function readAnswer(answer: Response, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const body = await readBytes(answer, longestAnswer, what);
  refuseDocumentType(body, what);
  return body;
}

/**
 * What carries the SDK's signed requests: the same client all drivers speak HTTP with (checked addresses, pinned
 * certificates, an answer cut short is an error). Redirects are answered as they stand: a signature is for one host.
 * Only content is streamed; anything else is read here, up to a limit.
 */
export const createTransport = (http: HttpClient, what: string): NonNullable<S3ClientConfig['requestHandler']> => ({
  metadata: { handlerProtocol: 'http/1.1' },
  async handle(request: SignedRequest, options: { abortSignal?: unknown } = {}) {
    const { method, protocol, hostname, port, path, query } = request;
    const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${queryOf(query)}`;
    const answer = await http.request(url, {
      method,
      headers: request.headers,
      body: (request.body ?? null) as Uint8Array<ArrayBuffer> | null,
      signal: (options.abortSignal as AbortSignal | undefined) ?? new AbortController().signal,
      redirect: 'manual',
    });
    const headers: Record<string, string> = {};
    answer.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const { status } = answer;
    if (query?.['x-id'] === 'GetObject' && status < 300)
      return { response: { statusCode: status, headers, body: answer.body } };
    const body = await readAnswer(answer, what);
    return { response: { statusCode: status, headers, body } };
  },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
  destroy() {},
});
