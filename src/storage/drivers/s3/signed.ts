import type { S3Client } from '@aws-sdk/client-s3';
import { readText } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import { encoded, queryOf } from './transport.ts';

export interface SignedRequest {
  method: 'GET' | 'PUT';
  /** Empty for the bucket itself. */
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
}

/** Longest refusal that is looked into. */
const longestRefusal = 64 * 1024;

const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<&]{1,200})</${name}>`).exec(xml)?.[1];

/**
 * Requests signed by the SDK and sent without the rest of it, for the two things a backup does by the thousand: PutObject
 * and a page of a listing. The SDK's layers of serialising cost eight times the work of such a request itself. Answers
 * what has status 200; throws what the SDK would throw, so that `storageError` understands it.
 */
export function createSigned(
  client: S3Client,
  http: HttpClient,
  place: { bucket: string; region: string; endpoint: string | null; pathStyle: boolean; what: string; now(): number },
): (request: SignedRequest) => Promise<Response> {
  const address = (): URL =>
    client.config.endpointProvider({
      Bucket: place.bucket,
      Region: place.region,
      ForcePathStyle: place.pathStyle,
      UseFIPS: false,
      UseDualStack: false,
      Accelerate: false,
      UseGlobalEndpoint: false,
      DisableMultiRegionAccessPoints: true,
      ...(place.endpoint === null ? {} : { Endpoint: place.endpoint }),
    }).url;
  let known: URL | null = null;
  const signer = client.config.signer({
    name: 'sigv4',
    signingName: 's3',
    signingRegion: place.region,
    properties: {},
  });

  return async ({ method, key, query = {}, headers = {}, body = null, signal }) => {
    known ??= address();
    const url = known;
    const path = `${url.pathname.replace(/\/$/, '')}/${key.split('/').map(encoded).join('/')}`;
    const signed = await (await signer).sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path,
        query,
        headers: { ...headers, host: url.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { signingDate: new Date(place.now()) },
    );
    const answer = await http.request(`${url.protocol}//${url.host}${path}${queryOf(query)}`, {
      method,
      headers: { ...(signed.headers as Record<string, string>), 'user-agent': 'dynamight' },
      body,
      signal,
      redirect: 'manual',
    });
    if (answer.status === 200) return answer;
    const xml = await readText(answer, longestRefusal, place.what);
    throw Object.assign(new Error('The service refused'), {
      Code: element(xml, 'Code') ?? String(answer.status),
      Region: element(xml, 'Region'),
      Endpoint: element(xml, 'Endpoint'),
      $metadata: { httpStatusCode: answer.status },
      $response: { headers: Object.fromEntries(answer.headers) },
    });
  };
}
