import { makeCertificate } from './certificate.ts';
import { createDriveCalls } from './onedrive-calls.ts';
import {
  createItemStore,
  GraphRefusal,
  type ItemStore,
  type ItemStoreOptions,
  type StoredItem,
} from './onedrive-items.ts';
import { createUploadSessions, type UploadSessions } from './onedrive-uploads.ts';

/** What is to go wrong with the next requests that fit. */
export interface GraphFault {
  /** Fits `METHOD /path?query`. */
  when: RegExp;
  /** How many fitting requests are spared first; default 0. */
  after?: number;
  /** How many are struck; default 1. */
  times?: number;
  /** Another answer; the request is not done, unless `done`. */
  answer?: { status: number; code?: string; inner?: string; headers?: Record<string, string>; body?: string };
  done?: boolean;
  /** The request is done, and the connection breaks in place of the answer. */
  lose?: boolean;
  /** Called before the request is looked at. */
  before?(): void | Promise<void>;
}

export interface OneDriveDouble {
  /** For `createOneDriveDriver`. */
  graphUrl: string;
  port: number;
  fingerprint: string;
  certificate: string;
  driveId: string;
  /** The one token that is accepted now; changeable. */
  token: string;
  store: ItemStore;
  uploads: UploadSessions;
  behaviour: { pageEntries: number; patchReplaces: boolean; rewritesOffice: boolean };
  /** `METHOD /path?query` of everything asked so far. */
  readonly requests: string[];
  /** Takes effect in order, each until it is used up. */
  fail(...faults: GraphFault[]): void;
  stop(): Promise<void>;
}

export interface OneDriveDoubleOptions extends Partial<ItemStoreOptions> {
  /** Folders that are there from the start. */
  folders?: readonly string[];
  /** The port addresses are told with, when something stands in between. */
  toldPort?: () => number | null;
  port?: number;
}

const refusal = (status: number, code: string, inner: string | null, headers: Record<string, string>) =>
  Response.json(
    { error: { code, message: `secret of the service: ${code}`, ...(inner ? { innererror: { code: inner } } : {}) } },
    { status, headers },
  );

/** What a client sees of a connection that broke in place of the answer. */
const broken = () => new Response(new ReadableStream({ pull: (controller) => controller.error() }));

/**
 * OneDrive on the loopback, over TLS: what Microsoft Graph's reference says of drives, strictly (see the files beside).
 * Folders must be made before something is put in them, names are compared without case, and no token may be shown to
 * upload and download addresses.
 */
export async function startOneDrive(options: OneDriveDoubleOptions = {}): Promise<OneDriveDouble> {
  const { driveType = 'personal', totalBytes = 1024 ** 4, now = Date.now, folders = ['Backups'] } = options;
  const certificate = makeCertificate();
  const store = createItemStore({ driveType, totalBytes, now });
  for (const path of folders) {
    let at = store.root;
    for (const name of path.split('/')) at = store.makeFolder(at, name, 'replace');
  }
  const behaviour = { pageEntries: 200, patchReplaces: true, rewritesOffice: driveType !== 'personal' };
  const requests: string[] = [];
  let faults: { fault: GraphFault; spared: number; left: number }[] = [];
  const base = () => `https://127.0.0.1:${options.toldPort?.() ?? server.port}`;

  function finished(item: StoredItem): void {
    if (!behaviour.rewritesOffice || !item.name.endsWith('.docx')) return;
    item.bytes += 100; // properties of the library
    item.content = [...item.content, new Uint8Array(100)];
    item.hash = null;
  }
  const uploads = createUploadSessions({ store, base, driveType, now, finished });
  const driveId = driveType === 'personal' ? '0123456789abcdef' : 'b!the-drive_-of.a1';
  const call = createDriveCalls({ store, uploads, base, driveId, driveType, behaviour });

  function faultFor(request: string): GraphFault | null {
    for (const one of faults) {
      if (!one.fault.when.test(request) || one.left === 0) continue;
      if (one.spared > 0) {
        one.spared -= 1;
        continue;
      }
      one.left -= 1;
      return one.fault;
    }
    return null;
  }

  function download(id: string, request: Request): Response {
    if (request.headers.has('authorization')) throw new GraphRefusal(401, 'unauthenticated');
    const item = store.byId(id);
    // What is replaced meanwhile keeps its old pieces for whoever reads them.
    const bytes = item.content.length === 1 ? (item.content[0] as Uint8Array) : Buffer.concat(item.content);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
    if (!range) return new Response(bytes as Uint8Array<ArrayBuffer>);
    const [start, end] = [Number(range[1]), Math.min(range[2] ? Number(range[2]) + 1 : bytes.length, bytes.length)];
    if (start >= bytes.length) return new Response(null, { status: 416 });
    const headers = { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` };
    return new Response(bytes.slice(start, end) as Uint8Array<ArrayBuffer>, { status: 206, headers });
  }

  async function done(request: Request, path: string): Promise<Response> {
    try {
      if (path.startsWith('/up/')) return await uploads.answer(path.slice('/up/'.length), request);
      if (path.startsWith('/download/')) return download(decodeURIComponent(path.slice('/download/'.length)), request);
      if (request.headers.get('authorization') !== `Bearer ${double.token}`)
        throw new GraphRefusal(401, 'InvalidAuthenticationToken');
      if (!path.startsWith('/v1.0/')) throw new GraphRefusal(400, 'BadRequest');
      return await call(request, path.slice('/v1.0'.length));
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      return refusal(error.status, error.code, error.inner, error.headers);
    }
  }

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: '127.0.0.1',
    tls: { cert: certificate.cert, key: certificate.key },
    idleTimeout: 120,
    maxRequestBodySize: 2 ** 40,
    error: () => refusal(500, 'generalException', null, {}),
    async fetch(request) {
      const url = new URL(request.url);
      const line = `${request.method} ${url.pathname}${url.search}`;
      requests.push(line);
      const fault = faultFor(line);
      await fault?.before?.();
      const answer = !fault?.answer || fault.done ? await done(request, url.pathname) : null;
      if (fault?.lose) return broken();
      if (!fault?.answer) return answer as Response;
      const { status, code = 'generalException', inner = null, headers = {}, body } = fault.answer;
      return body === undefined ? refusal(status, code, inner, headers) : new Response(body, { status, headers });
    },
  });

  const double: OneDriveDouble = {
    get graphUrl() {
      return `${base()}/v1.0`;
    },
    port: server.port ?? 0,
    fingerprint: certificate.fingerprint,
    certificate: certificate.cert,
    driveId,
    token: 'a good token',
    store,
    uploads,
    behaviour,
    requests,
    fail(...more) {
      faults = more.map((fault) => ({ fault, spared: fault.after ?? 0, left: fault.times ?? 1 }));
    },
    async stop() {
      await server.stop(true);
    },
  };
  return double;
}
