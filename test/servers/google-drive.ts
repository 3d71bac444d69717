import { makeCertificate, type TestCertificate } from './certificate.ts';
import { createDriveCalls } from './drive-api.ts';
import { createDriveStore, DriveRefusal, type DriveStore, type Role } from './drive-files.ts';
import { createDriveUploads, type DriveUploads, type UploadOptions } from './drive-uploads.ts';
import { createOAuthDouble, type OAuthDouble } from './oauth.ts';

/** What is to go wrong with the next requests that fit. */
export interface DriveFault {
  /** Fits `METHOD /path?query`. */
  when: RegExp;
  /** How many fitting requests are spared first; default 0. */
  after?: number;
  /** How many are struck; default 1. */
  times?: number;
  /** Another answer; the request is not done, unless `done`. */
  answer?: { status: number; reason?: string; headers?: Record<string, string> };
  done?: boolean;
  /** The request is done, and the connection breaks before the answer is through. */
  lose?: boolean;
}

export interface DriveRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  bodyBytes: number;
  contentRange: string | null;
  status: number;
}

export interface GoogleDriveDouble extends Disposable {
  url: string;
  port: number;
  fingerprint: string;
  certificate: string;
  store: DriveStore;
  uploads: DriveUploads;
  /** How uploads misbehave. */
  behaviour: UploadOptions;
  google: OAuthDouble;
  microsoft: OAuthDouble;
  /** Most entries in one page of a listing; changeable. */
  pages: { pageEntries: number; harmful: Set<string> };
  /** Everything asked of the API so far, without sign-in. */
  requests: DriveRequest[];
  /** Takes effect in order. */
  fail(...faults: DriveFault[]): void;
  stop(): Promise<void>;
}

export interface DriveDoubleOptions {
  sharedDrives?: readonly { id: string; name: string; role: Role }[];
  pageEntries?: number;
  now?: () => number;
}

const refusal = (status: number, reason: string, headers?: Record<string, string>) =>
  Response.json(
    {
      error: {
        code: status,
        message: 'not for people',
        errors: [{ domain: 'global', reason, message: 'not for people' }],
      },
    },
    { status, headers },
  );

/** One for all doubles of a process: making it takes longer than most tests. */
let own: TestCertificate | undefined;

/** The connection breaks where the body should come. */
const lost = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.error() }), {
    headers: { 'content-length': '100' },
  });

/**
 * Google Drive v3 and the sign-in of Google and Microsoft, as their public references describe them, on loopback with
 * TLS. Strict: what the real service refuses is refused here.
 */
export async function startGoogleDrive(options: DriveDoubleOptions = {}): Promise<GoogleDriveDouble> {
  const { now = Date.now } = options;
  own ??= makeCertificate();
  const certificate = own;
  const store = createDriveStore(options.sharedDrives ?? []);
  const behaviour: UploadOptions = { keepOnly: null, corruptNext: 0 };
  const uploads = createDriveUploads(store, behaviour);
  const pages = { pageEntries: options.pageEntries ?? 1000, harmful: new Set<string>() };
  const call = createDriveCalls(store, uploads, pages);
  const google = createOAuthDouble('google', now);
  const microsoft = createOAuthDouble('microsoft', now);
  const requests: DriveRequest[] = [];
  let faults: { fault: DriveFault; spared: number; left: number }[] = [];

  function struck(line: string): DriveFault | null {
    for (const each of faults) {
      if (!each.fault.when.test(line) || each.left === 0) continue;
      if (each.spared > 0) {
        each.spared -= 1;
        continue;
      }
      each.left -= 1;
      return each.fault;
    }
    return null;
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const { method, headers } = request;
    const body = await request.blob();
    const fault = struck(`${method} ${url.pathname}${url.search}`);
    const instead = fault?.answer
      ? refusal(fault.answer.status, fault.answer.reason ?? 'backendError', fault.answer.headers)
      : null;
    if (instead && !fault?.done) return instead;
    const session = url.pathname.startsWith('/upload/') && url.searchParams.has('upload_id');
    const token = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1];
    let response: Response;
    // The address of an upload is secret enough; a token that is sent along must be good.
    if (token === undefined ? !session : !google.accepts(token)) response = refusal(401, 'authError');
    else
      try {
        const asked = { method, url, headers, body };
        response = session ? await uploads.go(asked) : await call(asked);
      } catch (error) {
        if (!(error instanceof DriveRefusal)) throw error;
        response = refusal(error.status, error.reason);
      }
    if (fault?.lose) return lost();
    return instead ?? response;
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { cert: certificate.cert, key: certificate.key },
    idleTimeout: 120,
    maxRequestBodySize: 2 ** 40,
    async fetch(request) {
      const url = new URL(request.url);
      if (request.method === 'POST' && !url.pathname.startsWith('/drive/') && !url.pathname.startsWith('/upload/')) {
        const asked = {
          method: request.method,
          url,
          body: await request.text(),
          contentType: request.headers.get('content-type') ?? '',
        };
        return google.handle(asked) ?? microsoft.handle(asked) ?? refusal(404, 'notFound');
      }
      const response = await answer(request, url);
      requests.push({
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        bodyBytes: Number(request.headers.get('content-length') ?? 0),
        contentRange: request.headers.get('content-range'),
        status: response.status,
      });
      return response;
    },
  });
  const port = server.port ?? 0;
  const stop = async () => {
    await server.stop(true);
  };
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    fingerprint: certificate.fingerprint,
    certificate: certificate.cert,
    store,
    uploads,
    behaviour,
    google,
    microsoft,
    pages,
    requests,
    fail(...more) {
      faults = more.map((fault) => ({ fault, spared: fault.after ?? 0, left: fault.times ?? 1 }));
    },
    stop,
    [Symbol.dispose]: () => void stop(),
  };
}
