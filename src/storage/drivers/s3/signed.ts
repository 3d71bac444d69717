import type { S3Client } from '@aws-sdk/client-s3';
import { readText } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import type { S3Credential } from './schema.ts';
import { createSignature, encoded } from './signature.ts';

export interface SignedRequest {
  method: 'GET' | 'PUT';
  /** Empty for the bucket itself. */
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
}

interface Bucket {
  name: string;
  region: string;
  endpoint: string | null;
  pathStyle: boolean;
  /** `The bucket "photos" at s3.example.com`. */
  what: string;
  now(): number;
}

/** Longest refusal that is looked into. */
const longestRefusal = 64 * 1024;

const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<&]{1,200})</${name}>`).exec(xml)?.[1];

/**
 * Requests made without the SDK, for what a backup does by the thousand: PutObject, UploadPart and a page of a listing.
 * The SDK's layers cost eight times the work of such a request itself. Answers what has status 200; throws what the SDK
 * would throw, so that `storageError` understands it.
 */
export function createSigned(
  client: S3Client,
  http: HttpClient,
  credential: S3Credential,
  bucket: Bucket,
): (request: SignedRequest) => Promise<Response> {
  /** How an address comes of region and bucket is the SDK's knowledge. */
  const address = (): URL =>
    client.config.endpointProvider({
      Bucket: bucket.name,
      Region: bucket.region,
      ForcePathStyle: bucket.pathStyle,
      UseFIPS: false,
      UseDualStack: false,
      Accelerate: false,
      UseGlobalEndpoint: false,
      DisableMultiRegionAccessPoints: true,
      ...(bucket.endpoint === null ? {} : { Endpoint: bucket.endpoint }),
    }).url;
  let known: { origin: string; host: string; path: string } | null = null;
  const signatureOf = createSignature(credential, bucket.region);

  return async ({ method, key, query = {}, headers = {}, body = null, signal }) => {
    if (known === null) {
      const { protocol, host, pathname } = address();
      known = { origin: `${protocol}//${host}`, host, path: pathname.replace(/\/$/, '') };
    }
    const { origin, host } = known;
    const path = `${known.path}/${key.split('/').map(encoded).join('/')}`;
    const pairs = Object.entries(query).map(([name, value]) => [encoded(name), encoded(value)] as const);
    const all = { ...headers, host };
    const signature = signatureOf({ method, path, query: pairs, headers: all }, bucket.now());
    const asked = pairs.map(([name, value]) => `${name}=${value}`).join('&');
    const answer = await http.request(`${origin}${path}${asked === '' ? '' : `?${asked}`}`, {
      method,
      headers: { ...all, ...signature, 'user-agent': 'dynamight' },
      body,
      signal,
      redirect: 'manual',
    });
    if (answer.status === 200) return answer;
    const xml = await readText(answer, longestRefusal, bucket.what);
    throw Object.assign(new Error('The service refused'), {
      Code: element(xml, 'Code') ?? String(answer.status),
      Region: element(xml, 'Region'),
      Endpoint: element(xml, 'Endpoint'),
      $metadata: { httpStatusCode: answer.status },
      $response: { headers: Object.fromEntries(answer.headers) },
    });
  };
}
