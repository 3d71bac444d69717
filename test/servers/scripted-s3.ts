/** A server on the loopback that answers as a test tells it, in the words of S3. */
export interface ScriptedS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly user: { accessKeyId: string; secretAccessKey: string };
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

export type Script = (request: Request, url: URL) => Response | Promise<Response>;

export function startScriptedS3(script: Script): ScriptedS3 {
  const requests: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: 1024 * 1024 * 1024,
    fetch(request) {
      const url = new URL(request.url);
      requests.push(`${request.method} ${url.pathname}${url.search}`);
      return script(request, url);
    },
  });
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    user: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
    requests,
    stop: () => server.stop(true),
  };
}

export const xml = (body: string, init: ResponseInit = {}): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, {
    ...init,
    headers: { 'content-type': 'application/xml', ...(init.headers as Record<string, string> | undefined) },
  });

/** `more` are further elements; every error carries words that no message of ours may repeat. */
export const refusal = (status: number, code: string, more = '', headers: Record<string, string> = {}): Response =>
  xml(`<Error><Code>${code}</Code><Message>words of the server</Message>${more}</Error>`, { status, headers });

export interface ListedObject {
  key: string;
  size?: number;
  etag?: string;
}

/** One page of ListObjectsV2; `more` are further elements. */
export const page = (objects: readonly ListedObject[], more = '<IsTruncated>false</IsTruncated>'): Response =>
  xml(
    `<ListBucketResult>${more}${objects
      .map(
        ({ key, size = 1, etag = 'e' }) =>
          `<Contents><Key>${key}</Key><Size>${size}</Size><ETag>"${etag}"</ETag></Contents>`,
      )
      .join('')}</ListBucketResult>`,
  );
