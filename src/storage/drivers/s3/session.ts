import { S3Client } from '@aws-sdk/client-s3';
import { StorageError } from '../../errors.ts';
import { createHttpClient } from '../../net/client.ts';
import type { DriverPorts } from '../../port.ts';
import { type About, storageError } from './errors.ts';
import { md5 } from './etag.ts';
import { createKeys, type Keys } from './keys.ts';
import type { S3Config, S3Credential } from './schema.ts';
import { createSigned, type SignedRequest } from './signed.ts';
import { createTransport } from './transport.ts';

type Send = S3Client['send'];
interface CallOptions {
  abortSignal: AbortSignal;
}

/** One bucket, and how to talk to it. */
export interface Session {
  readonly bucket: string;
  readonly keys: Keys;
  /** Of every object made; undefined is the service's own choice. */
  readonly storageClass: Exclude<S3Config['storage_class'], 'STANDARD'> | undefined;
  /** `The bucket "photos" at s3.example.com`, the beginning of messages. */
  readonly what: string;
  now(): number;
  /**
   * One call of the SDK, its errors in the words drivers share; `path` is what they are about. Rejects with the
   * signal's reason after an abort.
   */
  ask<T>(path: string | null, signal: AbortSignal, call: (send: Send, options: CallOptions) => Promise<T>): Promise<T>;
  /** One request without the SDK's layers; the answer has status 200. Errors as of `ask`. */
  send(path: string | null, request: SignedRequest): Promise<Response>;
  close(): void;
}

interface Signable {
  headers: Record<string, string>;
  body?: unknown;
}

/** Before a request is signed: which checks of its body the server shall make. */
function addBodyChecks(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { headers, body } = args.request as Signable;
      // Every server knows this one; checksums in headers of their own are known to AWS and few others.
      if (context.commandName === 'DeleteObjectsCommand' && typeof body === 'string') {
        for (const name of Object.keys(headers)) if (/^x-amz-(sdk-)?checksum/i.test(name)) delete headers[name];
        headers['content-md5'] = md5(Buffer.from(body)).toString('base64');
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'bodyChecks' },
  );
}

/** The certificate of AWS covers names of one level: buckets with dots would not be under it. */
const pathStyleOf = ({ endpoint, bucket }: S3Config): boolean => endpoint !== null || bucket.includes('.');

/** Everything the SDK would else look for in the environment and in files of the person who started us is said here. */
function createClient(config: S3Config, credential: S3Credential, transport: ReturnType<typeof createTransport>) {
  return new S3Client({
    region: config.region,
    credentials: {
      accessKeyId: credential.access_key_id,
      secretAccessKey: credential.secret_access_key,
      ...(credential.session_token === null ? {} : { sessionToken: credential.session_token }),
    },
    ...(config.endpoint === null ? { ignoreConfiguredEndpointUrls: true } : { endpoint: config.endpoint }),
    forcePathStyle: pathStyleOf(config),
    requestHandler: transport,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    followRegionRedirects: false,
    expectContinueHeader: false,
    disableS3ExpressSessionAuth: true,
    disableMultiregionAccessPoints: true,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    sigv4aSigningRegionSet: async () => undefined,
    userAgentAppId: async () => undefined,
    defaultUserAgentProvider: async () => [['dynamight']],
  });
}

export function openSession(config: S3Config, credential: S3Credential, ports: DriverPorts): Session {
  const { bucket, region } = config;
  const host = config.endpoint === null ? 'AWS' : new URL(config.endpoint).host;
  const what = `The bucket ${JSON.stringify(bucket)} at ${host}`;
  const http = createHttpClient({
    what,
    pinnedCertificate: config.certificate_sha256,
    ...(ports.isOurs ? { isOurs: ports.isOurs } : {}),
    ...(ports.tuning?.connectMs === undefined ? {} : { connectMs: ports.tuning.connectMs }),
  });
  const now = ports.now ?? Date.now;
  const client = createClient(config, credential, createTransport(http, what));
  // The SDK would answer a refused time by using the server's from then on: the first run fails, the next one does not,
  // and nobody learns that the clock is wrong.
  Object.defineProperty(client.config, 'systemClockOffset', { get: () => now() - Date.now(), set() {} });
  // Only the wrapper around a driver tries again; besides, this one writes to the console about streams.
  client.middlewareStack.remove('retryMiddleware');
  client.middlewareStack.add((next) => (args) => next(args), {
    name: 'retryMiddleware', // the signature is made right behind what has this name
    step: 'finalizeRequest',
    priority: 'high',
  });
  addBodyChecks(client);
  const send = client.send.bind<Send>(client);
  const keys = createKeys(config.prefix);
  const place = { name: bucket, region, endpoint: config.endpoint, pathStyle: pathStyleOf(config), what, now };
  const signed = createSigned(client, http, credential, place);
  const inOurs = async <T>(path: string | null, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw storageError(error, { what, region, path } satisfies About);
    }
  };
  return {
    bucket,
    keys,
    storageClass: config.storage_class === 'STANDARD' ? undefined : config.storage_class,
    what,
    now,
    ask: (path, signal, call) => inOurs(path, signal, () => call(send, { abortSignal: signal })),
    send: (path, request) => inOurs(path, request.signal, () => signed(request)),
    close() {
      client.destroy();
      http.close();
    },
  };
}

export const isCode = (error: unknown, ...codes: StorageError['code'][]): error is StorageError =>
  error instanceof StorageError && codes.includes(error.code);
