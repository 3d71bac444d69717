import { createHash, randomBytes } from 'node:crypto';

/**
 * A double of Nextcloud's WebDAV, from its public description (developer manual: WebDAV, chunked upload v2), strict
 * where the real one is: it refuses what the real one refuses. In memory.
 */
export interface NextcloudOptions {
  /** Default `basic`; `digest` is SHA-256, which no other server of the tests speaks. */
  auth?: 'basic' | 'digest' | 'bearer';
  /** Digest: how often a nonce is good; afterwards it is stale. */
  nonceUses?: number;
  quotaBytes?: number;
  /** Smallest part but the last; the real one takes 5 MB. */
  minPartBytes?: number;
  /** `locked`: it answers 423 while it puts parts together, and is done a moment later. */
  merging?: 'at once' | 'locked';
  /** Answers in the server's place; null lets it answer itself. */
  instead?(request: Request): Response | null | Promise<Response | null>;
}

interface File {
  bytes: Uint8Array;
  mtime: number;
  etag: string;
  id: string;
  checksum: string | null;
}
type Node = File | 'folder';

export interface Nextcloud {
  readonly port: number;
  /** Of the user's files, without a slash at its end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
  /** By path below the user's files. */
  readonly files: Map<string, Node>;
  /** Parts that lie there, as `<upload>/<part>`. */
  parts(): string[];
  /** `METHOD path status`, in order. */
  readonly log: string[];
  setQuota(bytes: number): void;
  stop(): Promise<void>;
}

const user = 'carol';
const password = 'app-password';
const token = 'token-of-carol';
const davHeader = '1, 3, extended-mkcol, access-control, oc-resource-sharing, nextcloud-checksum-update';
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');
const sha256 = (...parts: string[]): string => createHash('sha256').update(parts.join(':')).digest('hex');
const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const fault = (status: number, exception: string): Response =>
  new Response(
    `<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>${exception}</s:exception></d:error>`,
    { status, headers: { 'content-type': 'application/xml; charset=utf-8' } },
  );

function createDoorman({ auth = 'basic', nonceUses = 1_000_000 }: NextcloudOptions) {
  const nonces = new Map<string, Set<string>>();
  function challenge(stale: boolean): Response {
    const answer = fault(401, 'Sabre\\DAV\\Exception\\NotAuthenticated');
    const nonce = randomBytes(8).toString('hex');
    nonces.set(nonce, new Set());
    const digest = `Digest realm="n, c", qop="auth,auth-int", algorithm=SHA-256, nonce="${nonce}", opaque="o\\"p"${stale ? ', stale=true' : ''}`;
    const offered = { basic: 'Basic realm="n, c", charset="UTF-8"', digest, bearer: 'Bearer realm="n, c"' };
    answer.headers.set('www-authenticate', offered[auth]);
    return answer;
  }
  function digestRefusal(given: string, request: Request): Response | null {
    const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(given)?.[1] ?? '';
    const url = new URL(request.url);
    const used = nonces.get(field('nonce'));
    const wanted = sha256(
      sha256(user, 'n, c', password),
      field('nonce'),
      field('nc'),
      field('cnonce'),
      'auth',
      sha256(request.method, url.pathname),
    );
    if (!used || field('uri') !== url.pathname || field('response') !== wanted) return challenge(false);
    if (used.size >= nonceUses || used.has(field('nc'))) return challenge(true);
    used.add(field('nc'));
    return null;
  }
  return (request: Request): Response | null => {
    const given = request.headers.get('authorization') ?? '';
    if (auth === 'digest') return given.startsWith('Digest ') ? digestRefusal(given, request) : challenge(false);
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return given === (auth === 'basic' ? basic : `Bearer ${token}`) ? null : challenge(false);
  };
}

export async function startNextcloud(options: NextcloudOptions = {}): Promise<Nextcloud> {
  const { minPartBytes = 0, merging = 'at once' } = options;
  const files = new Map<string, Node>([['', 'folder']]);
  const uploads = new Map<string, { destination: string; parts: Map<string, Uint8Array> }>();
  const log: string[] = [];
  const refusal = createDoorman(options);
  let quota = options.quotaBytes ?? Number.POSITIVE_INFINITY;
  let serial = 0;

  const used = (): number =>
    [...files.values()].reduce((sum, one) => sum + (one === 'folder' ? 0 : one.bytes.length), 0);
  const isFolder = (path: string): boolean => files.get(path) === 'folder';
  const below = (path: string): string[] => [...files.keys()].filter((one) => one.startsWith(`${path}/`));

  function store(path: string, bytes: Uint8Array, request: Request): Response {
    const { headers } = request;
    const time = headers.get('x-oc-mtime');
    if (time !== null && !/^-?\d+$/.test(time)) return fault(400, 'InvalidArgumentException');
    const checksum = headers.get('oc-checksum');
    const before = files.get(path);
    serial += 1;
    const file: File = {
      bytes,
      mtime: time === null ? Math.floor(Date.now() / 1000) : Number(time),
      etag: `etag-${serial}`,
      id: before && before !== 'folder' ? before.id : `${String(serial).padStart(8, '0')}ocdouble`,
      checksum,
    };
    files.set(path, file);
    return new Response(null, {
      status: before ? 204 : 201,
      headers: {
        'oc-etag': `"${file.etag}"`,
        etag: `"${file.etag}"`,
        'oc-fileid': file.id,
        ...(time === null ? {} : { 'x-oc-mtime': 'accepted' }),
        ...(headers.get('x-hash') === 'sha1' ? { 'x-hash-sha1': sha1(bytes) } : {}),
      },
    });
  }

  /** Why a file cannot be made there. */
  function unfit(path: string, size: number): Response | null {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.length > 250 || /[\\\u0000-\u001f]/.test(name)) return fault(400, 'OCA\\DAV\\…\\InvalidPath');
    if (!isFolder(parentOf(path)) || isFolder(path)) return fault(409, 'Sabre\\DAV\\Exception\\Conflict');
    return used() + size > quota ? fault(507, 'Sabre\\DAV\\Exception\\InsufficientStorage') : null;
  }

  async function put(path: string, request: Request): Promise<Response> {
    const length = request.headers.get('content-length');
    if (length === null) return fault(411, 'LengthRequired');
    const wrong = unfit(path, Number(length));
    const bytes = await request.bytes(); // the body is taken in before it is refused, as behind PHP
    if (wrong) return wrong;
    return bytes.length === Number(length) ? store(path, bytes, request) : fault(400, 'BadRequest');
  }

  async function upload(path: string, request: Request): Promise<Response> {
    const [id = '', part, ...more] = path.split('/');
    const mine = uploads.get(id);
    const destination = request.headers.get('destination');
    if (request.method === 'MKCOL') {
      if (destination === null) return fault(400, 'BadRequest');
      if (mine) return fault(405, 'MethodNotAllowed');
      uploads.set(id, { destination, parts: new Map() });
      return new Response(null, { status: 201 });
    }
    if (!mine || more.length > 0) return fault(404, 'Sabre\\DAV\\Exception\\NotFound');
    if (request.method === 'PROPFIND')
      return listing([['', 'folder'], ...partNodes(mine.parts)], `/uploads/${user}/${id}`, request);
    if (request.method === 'DELETE') {
      uploads.delete(id);
      return new Response(null, { status: 204 });
    }
    if (destination !== mine.destination) return fault(400, 'BadRequest');
    if (request.method === 'MOVE' && part === '.file') return merge(id, mine, request);
    if (request.method !== 'PUT' || !/^(?!0+$)\d{1,5}$/.test(part ?? '')) return fault(400, 'BadRequest');
    const bytes = await request.bytes();
    if (bytes.length !== Number(request.headers.get('content-length'))) return fault(400, 'BadRequest');
    mine.parts.set(part as string, bytes);
    return new Response(null, { status: 201 });
  }

  const partNodes = (parts: Map<string, Uint8Array>): [string, Node][] =>
    [...parts].map(([name, bytes]) => [name, { bytes, mtime: 0, etag: 'part', id: 'part', checksum: null }]);

  async function merge(
    id: string,
    { destination, parts }: { destination: string; parts: Map<string, Uint8Array> },
    request: Request,
  ) {
    const path = pathOf(new URL(destination).pathname)?.path;
    if (path === undefined || isFolder(path)) return fault(400, 'BadRequest');
    const pieces = [...parts].sort(([a], [b]) => Number(a) - Number(b)).map(([, bytes]) => bytes);
    const whole = Buffer.concat(pieces);
    if (whole.length !== Number(request.headers.get('oc-total-length'))) return fault(400, 'BadRequest');
    if (pieces.slice(0, -1).some((one) => one.length < minPartBytes)) return fault(400, 'EntityTooSmall');
    const wrong = unfit(path, whole.length);
    if (wrong) return wrong;
    if (merging === 'at once') {
      uploads.delete(id);
      return store(path, whole, request);
    }
    setTimeout(() => {
      uploads.delete(id);
      store(path, whole, request);
    }, 100);
    return fault(423, 'OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked');
  }

  async function listing(nodes: [string, Node][], base: string, request: Request): Promise<Response> {
    const question = await request.text();
    const asked = [...question.matchAll(/<(\w):([a-z-]+)\s*\/>/g)].map(([, prefix, name]) => `${prefix}:${name}`);
    const known = (node: Node): Record<string, string | null> => ({
      'd:resourcetype': node === 'folder' ? '<d:collection/>' : '',
      'd:getlastmodified': new Date(node === 'folder' ? 0 : node.mtime * 1000).toUTCString(),
      'd:getcontentlength': node === 'folder' ? null : String(node.bytes.length),
      'd:getetag': `&quot;${node === 'folder' ? 'folder' : node.etag}&quot;`,
      'd:quota-available-bytes': node === 'folder' ? String(Number.isFinite(quota) ? quota - used() : -3) : null,
      'd:quota-used-bytes': node === 'folder' ? String(used()) : null,
      'd:current-user-principal': `<d:href>/remote.php/dav/principals/users/${user}/</d:href>`,
      'o:id': node === 'folder' ? '00000001ocdouble' : node.id,
      'o:checksums': node === 'folder' || node.checksum === null ? null : `<o:checksum>${node.checksum}</o:checksum>`,
    });
    const group = (names: string[], status: string): string =>
      names.length === 0
        ? ''
        : `<d:propstat><d:prop>${names.join('')}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`;
    const parts = nodes.map(([name, node]) => {
      const values = known(node);
      const has = asked.filter((one) => (values[one] ?? null) !== null).map((one) => `<${one}>${values[one]}</${one}>`);
      const lacks = asked.filter((one) => (values[one] ?? null) === null).map((one) => `<${one}/>`);
      const href = `/remote.php/dav${base}/${encode(name)}${node === 'folder' && name !== '' ? '/' : ''}`;
      return `<d:response><d:href>${href}</d:href>${group(has, '200 OK')}${group(lacks, '404 Not Found')}</d:response>`;
    });
    return new Response(
      `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:o="http://owncloud.org/ns">${parts.join('')}</d:multistatus>`,
      { status: 207, headers: { 'content-type': 'application/xml; charset=utf-8', dav: davHeader } },
    );
  }

  function transport(path: string, request: Request): Response {
    const target = pathOf(new URL(request.headers.get('destination') ?? '', request.url).pathname)?.path;
    const node = files.get(path);
    if (node === undefined) return fault(404, 'NotFound');
    if (target === undefined || target === path) return fault(403, 'Forbidden');
    const there = files.has(target);
    if (there && request.headers.get('overwrite') === 'F') return fault(412, 'PreconditionFailed');
    if (!isFolder(parentOf(target))) return fault(409, 'Conflict');
    if (target.slice(target.lastIndexOf('/') + 1).length > 250) return fault(400, 'InvalidPath');
    for (const one of [target, ...below(target)]) files.delete(one);
    for (const one of [path, ...below(path)]) {
      files.set(target + one.slice(path.length), files.get(one) as Node);
      if (request.method === 'MOVE') files.delete(one);
    }
    return new Response(null, { status: there ? 204 : 201 });
  }

  function get(path: string, request: Request): Response {
    const node = files.get(path);
    if (node === undefined) return fault(404, 'NotFound');
    if (node === 'folder') return fault(405, 'MethodNotAllowed');
    const headers = { etag: `"${node.etag}"`, 'last-modified': new Date(node.mtime * 1000).toUTCString() };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? [];
    if (from === undefined) return new Response(node.bytes.slice(), { headers });
    const end = Math.min(to === '' ? node.bytes.length - 1 : Number(to), node.bytes.length - 1);
    if (Number(from) > end) return fault(416, 'RequestedRangeNotSatisfiable');
    return new Response(node.bytes.slice(Number(from), end + 1), {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${from}-${end}/${node.bytes.length}` },
    });
  }

  function pathOf(pathname: string): { area: 'files' | 'uploads'; path: string } | null {
    const path = decodeURIComponent(pathname).replace(/\/$/, '');
    for (const [prefix, area] of [
      [`/remote.php/dav/files/${user}`, 'files'],
      [`/remote.php/dav/uploads/${user}`, 'uploads'],
      ['/remote.php/webdav', 'files'],
    ] as const)
      if (path === prefix || path.startsWith(`${prefix}/`)) return { area, path: path.slice(prefix.length + 1) };
    return null;
  }

  async function answer(request: Request): Promise<Response> {
    const refused = refusal(request);
    if (refused) {
      await request.bytes();
      return refused;
    }
    const at = pathOf(new URL(request.url).pathname);
    if (at === null) return fault(404, 'NotFound');
    const { area, path } = at;
    if (area === 'uploads') return upload(path, request);
    switch (request.method) {
      case 'OPTIONS':
        return new Response(null, { headers: { dav: davHeader } });
      case 'PROPFIND': {
        if (!files.has(path)) return fault(404, 'NotFound');
        const inside = below(path).filter((one) => !one.slice(path === '' ? 0 : path.length + 1).includes('/'));
        const names =
          request.headers.get('depth') === '1' && isFolder(path)
            ? path === ''
              ? [...files.keys()].filter((one) => one !== '' && !one.includes('/'))
              : inside
            : [];
        return listing(
          [path, ...names].map((one) => [one, files.get(one) as Node]),
          `/files/${user}`,
          request,
        );
      }
      case 'PUT':
        return put(path, request);
      case 'GET':
        return get(path, request);
      case 'MKCOL':
        if (files.has(path)) return fault(405, 'MethodNotAllowed');
        if (unfit(path, 0)) return unfit(path, 0) as Response;
        files.set(path, 'folder');
        return new Response(null, { status: 201 });
      case 'DELETE':
        if (!files.has(path)) return fault(404, 'NotFound');
        for (const one of [path, ...below(path)]) files.delete(one);
        return new Response(null, { status: 204 });
      case 'MOVE':
      case 'COPY':
        return transport(path, request);
      default:
        return fault(501, 'NotImplemented');
    }
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: 4 * 1024 ** 3,
    idleTimeout: 0,
    async fetch(request) {
      const made = (await options.instead?.(request)) ?? (await answer(request).catch(() => fault(400, 'BadRequest')));
      log.push(`${request.method} ${decodeURIComponent(new URL(request.url).pathname)} ${made.status}`);
      return made;
    },
  });
  return {
    port: server.port as number,
    url: `http://127.0.0.1:${server.port}/remote.php/dav/files/${user}`,
    user,
    password,
    token,
    files,
    parts: () => [...uploads].flatMap(([id, { parts }]) => [...parts.keys()].map((part) => `${id}/${part}`)),
    log,
    setQuota(bytes) {
      quota = bytes;
    },
    stop: () => server.stop(true),
  };
}
