import { type DriveFile, DriveRefusal, type DriveStore, masked, md5Of, resourceOf } from './drive-files.ts';
import { parseDriveQuery } from './drive-query.ts';
import type { DriveUploads } from './drive-uploads.ts';

export interface ApiRequest {
  method: string;
  url: URL;
  headers: Headers;
  body: Blob;
}

const common = ['fields', 'alt', 'prettyPrint', 'quotaUser'];
const parameters: Record<string, readonly string[]> = {
  list: [
    'q',
    'pageSize',
    'pageToken',
    'spaces',
    'corpora',
    'driveId',
    'supportsAllDrives',
    'includeItemsFromAllDrives',
    'orderBy',
  ],
  get: ['supportsAllDrives', 'acknowledgeAbuse'],
  create: ['supportsAllDrives', 'uploadType', 'keepRevisionForever'],
  update: ['supportsAllDrives', 'uploadType', 'addParents', 'removeParents', 'keepRevisionForever'],
  copy: ['supportsAllDrives'],
  delete: ['supportsAllDrives'],
  generateIds: ['count', 'space', 'type'],
  about: [],
  revisions: ['pageSize', 'pageToken', 'acknowledgeAbuse'],
};

function checkParameters(url: URL, call: string): void {
  for (const name of url.searchParams.keys())
    if (!common.includes(name) && !parameters[call]?.includes(name))
      throw new DriveRefusal(400, 'invalidParameter', `Unknown parameter ${name}`);
}

const flag = (url: URL, name: string): boolean => url.searchParams.get(name) === 'true';

export interface DriveApiOptions {
  /** Most entries of one page, whatever is asked for. */
  pageEntries: number;
  /** IDs Google calls harmful. */
  harmful: Set<string>;
}

const writable = new Set([
  'id',
  'name',
  'mimeType',
  'modifiedTime',
  'createdTime',
  'description',
  'parents',
  'trashed',
]);

/** A body's members; what cannot be written is refused. */
export function metadataOf(text: string, call: 'create' | 'update' | 'copy'): Record<string, unknown> {
  const meta = (text.trim() === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  for (const name of Object.keys(meta)) {
    const fixed = call === 'update' && (name === 'id' || name === 'parents');
    if (!writable.has(name) || fixed)
      throw new DriveRefusal(
        403,
        'fieldNotWritable',
        `The resource body includes fields which are not directly writable: ${name}`,
      );
  }
  const { modifiedTime, parents } = meta;
  if (
    modifiedTime !== undefined &&
    !(typeof modifiedTime === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(modifiedTime))
  )
    throw new DriveRefusal(400, 'invalid', 'Invalid value for modifiedTime');
  if (Array.isArray(parents) && parents.length > 1)
    throw new DriveRefusal(403, 'cannotAddParent', 'A file cannot have more than one parent.');
  return meta;
}

/** The calls of Drive v3 that store, find and hand out files. */
export function createDriveCalls(store: DriveStore, uploads: DriveUploads, options: DriveApiOptions) {
  /** Files of shared drives are not there for who does not say that they know of such. */
  function find(id: string, url: URL): DriveFile {
    const file = store.get(id);
    if (file.driveId !== null && !flag(url, 'supportsAllDrives'))
      throw new DriveRefusal(404, 'notFound', `File not found: ${id}.`);
    return file;
  }
  const told = (file: DriveFile, url: URL) =>
    Response.json(masked(resourceOf(store, file), url.searchParams.get('fields'), true));

  function list(url: URL): Response {
    const q = url.searchParams.get('q') ?? '';
    let query: ReturnType<typeof parseDriveQuery>;
    try {
      query = parseDriveQuery(q);
    } catch (error) {
      throw new DriveRefusal(400, 'invalid', `Invalid Value: q: ${String(error)}`);
    }
    for (const id of query.parents) store.get(id);
    const pageSize = Number(url.searchParams.get('pageSize') ?? 100);
    if (!(pageSize >= 1 && pageSize <= 1000)) throw new DriveRefusal(400, 'invalidParameter', 'Invalid pageSize');
    const [driveId, corpora] = [url.searchParams.get('driveId'), url.searchParams.get('corpora') ?? 'user'];
    const everywhere = flag(url, 'supportsAllDrives') && flag(url, 'includeItemsFromAllDrives');
    if ((corpora === 'drive') !== (driveId !== null) || (driveId !== null && !everywhere))
      throw new DriveRefusal(400, 'invalid', 'driveId, corpora and the support of all drives go together');
    if (driveId !== null && !store.roles.has(driveId))
      throw new DriveRefusal(404, 'notFound', 'Shared drive not found');
    const from = url.searchParams.get('pageToken');
    const [start, asked] = from === null ? [0, q] : (JSON.parse(atob(from)) as [number, string]);
    if (asked !== q) throw new DriveRefusal(400, 'invalidParameter', 'Invalid pageToken');

    const found: DriveFile[] = [];
    for (const file of store.files.values()) {
      if (file.parent === null || (file.driveId !== null && (!everywhere || driveId !== file.driveId))) continue;
      const fits = query.fits({ ...file, trashed: store.isTrashed(file), parents: [file.parent] });
      if (!fits) continue;
      if (file.hidden > 0) {
        file.hidden -= 1;
        continue;
      }
      found.push(file);
    }
    const end = start + Math.min(pageSize, options.pageEntries);
    const answer = {
      kind: 'drive#fileList',
      incompleteSearch: false,
      files: found.slice(start, end).map((file) => resourceOf(store, file)),
      nextPageToken: end < found.length ? btoa(JSON.stringify([end, q])) : undefined,
    };
    return Response.json(
      masked(answer, url.searchParams.get('fields') ?? 'kind,nextPageToken,files(kind,id,name,mimeType)', false),
    );
  }

  function contentOf(content: Blob, headers: Headers): Response {
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '');
    if (!range) return new Response(content, { headers: { 'content-length': String(content.size) } });
    const start = Number(range[1]);
    const end = Math.min(range[2] === '' ? content.size - 1 : Number(range[2]), content.size - 1);
    if (start >= content.size)
      throw new DriveRefusal(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable');
    return new Response(content.slice(start, end + 1), {
      status: 206,
      headers: { 'content-range': `bytes ${start}-${end}/${content.size}` },
    });
  }

  async function update(id: string, { url, body }: ApiRequest): Promise<Response> {
    const file = find(id, url);
    const meta = metadataOf(await body.text(), 'update');
    store.mayWrite(file);
    const [added, removed] = [url.searchParams.get('addParents'), url.searchParams.get('removeParents')];
    if (added !== null) {
      if (removed !== file.parent)
        throw new DriveRefusal(403, 'cannotAddParent', 'Increasing the number of parents is not allowed');
      const parent = find(added, url);
      file.parent = parent.id;
      file.driveId = parent.driveId;
    }
    if (typeof meta['name'] === 'string') file.name = meta['name'];
    if (typeof meta['trashed'] === 'boolean') file.trashed = meta['trashed'];
    // Left alone, a change of name counts as a change of the file.
    file.modifiedTime = (meta['modifiedTime'] as string | undefined) ?? new Date().toISOString();
    store.touch(file);
    return told(file, url);
  }

  async function copy(id: string, { url, body }: ApiRequest): Promise<Response> {
    const from = find(id, url);
    const last = from.revisions?.at(-1);
    if (!last) throw new DriveRefusal(403, 'cannotCopyFile', 'This file cannot be copied by the user.');
    const meta = metadataOf(await body.text(), 'copy') as {
      id?: string;
      name?: string;
      modifiedTime?: string;
      parents?: string[];
    };
    return told(
      store.make(
        { ...meta, mimeType: from.mimeType, parent: meta.parents?.[0] ?? from.parent },
        last.content,
        last.md5,
      ),
      url,
    );
  }

  async function create({ url, body }: ApiRequest): Promise<Response> {
    const meta = metadataOf(await body.text(), 'create') as {
      id?: string;
      name?: string;
      mimeType?: string;
      modifiedTime?: string;
      parents?: string[];
    };
    const parent = meta.parents?.[0] ?? null;
    if (parent !== null) find(parent, url);
    const isGoogles = meta.mimeType?.startsWith('application/vnd.google-apps.') === true;
    const content = isGoogles ? null : new Blob([]);
    return told(store.make({ ...meta, parent }, content, content ? await md5Of(content) : ''), url);
  }

  function remove(id: string, url: URL): Response {
    const file = find(id, url);
    store.mayWrite(file);
    // Only organizers remove for good from shared drives.
    if (file.parent === null || (file.driveId !== null && store.roles.get(file.driveId) !== 'organizer'))
      throw new DriveRefusal(403, 'insufficientFilePermissions', 'The user does not have sufficient permissions.');
    store.removeForGood(file);
    return new Response(null, { status: 204 });
  }

  function about(url: URL): Response {
    const mask = url.searchParams.get('fields');
    if (mask === null) throw new DriveRefusal(400, 'required', "The 'fields' parameter is required for this method.");
    const limit = store.quotaBytes === null ? undefined : String(store.quotaBytes);
    const user = { displayName: 'Ada', emailAddress: 'ada@example.com' };
    return Response.json(masked({ user, storageQuota: { limit, usage: String(store.usage()) } }, mask, false));
  }

  function revisions(id: string, revision: string | undefined, { url, headers }: ApiRequest): Response {
    const all = find(id, url).revisions ?? [];
    if (revision === undefined) {
      const list = all.map((one) => ({ id: one.id, md5Checksum: one.md5, size: String(one.content.size) }));
      return Response.json(masked({ revisions: list }, url.searchParams.get('fields') ?? 'revisions(id)', false));
    }
    const one = all.find((each) => each.id === revision);
    if (!one || url.searchParams.get('alt') !== 'media') throw new DriveRefusal(404, 'notFound', 'Revision not found');
    return contentOf(one.content, headers);
  }

  return async function call(request: ApiRequest): Promise<Response> {
    const { method, url, headers } = request;
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (path[0] === 'upload') {
      checkParameters(url, method === 'POST' ? 'create' : 'update');
      return uploads.begin(request, path[4]);
    }
    if (path[0] !== 'drive' || path[1] !== 'v3') throw new DriveRefusal(404, 'notFound', 'Not Found');
    const [, , collection, id, part, partId] = path;
    const is = (verb: string, name: string, call: string) => {
      if (method !== verb || collection !== name) return false;
      checkParameters(url, call);
      return true;
    };
    if (collection === 'about' && is('GET', 'about', 'about')) return about(url);
    if (id === undefined) {
      if (is('GET', 'files', 'list')) return list(url);
      if (is('POST', 'files', 'create')) return create(request);
    } else if (part === 'copy') {
      if (is('POST', 'files', 'copy')) return copy(id, request);
    } else if (part === 'revisions') {
      if (is('GET', 'files', 'revisions')) return revisions(id, partId, request);
    } else if (id === 'generateIds' && is('GET', 'files', 'generateIds')) {
      const count = Number(url.searchParams.get('count') ?? 10);
      if (!(count >= 1 && count <= 1000)) throw new DriveRefusal(400, 'invalidParameter', 'Invalid count');
      return Response.json({ kind: 'drive#generatedIds', space: 'drive', ids: store.issueIds(count) });
    } else if (is('GET', 'files', 'get')) {
      const file = find(id, url);
      if (url.searchParams.get('alt') !== 'media') return told(file, url);
      const last = file.revisions?.at(-1);
      if (!last || file.mimeType.startsWith('application/vnd.google-apps.'))
        throw new DriveRefusal(403, 'fileNotDownloadable', 'Only files with binary content can be downloaded.');
      if (options.harmful.has(file.id) && !flag(url, 'acknowledgeAbuse'))
        throw new DriveRefusal(403, 'cannotDownloadAbusiveFile', 'This file has been identified as malware.');
      return contentOf(last.content, headers);
    } else if (is('PATCH', 'files', 'update')) return update(id, request);
    else if (is('DELETE', 'files', 'delete')) return remove(id, url);
    throw new DriveRefusal(404, 'notFound', 'Not Found');
  };
}
