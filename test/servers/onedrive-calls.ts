import { conflictOf, GraphRefusal, type ItemStore, type StoredItem } from './onedrive-items.ts';
import { slowQuickXor } from './onedrive-quickxor.ts';
import type { UploadSessions } from './onedrive-uploads.ts';

export interface DriveCallsOptions {
  store: ItemStore;
  uploads: UploadSessions;
  base: () => string;
  driveId: string;
  driveType: string;
  /** Read anew at every call. */
  behaviour: { pageEntries: number; patchReplaces: boolean };
}

interface Address {
  from: StoredItem;
  names: string[];
  action: string | null;
}

const json = async (request: Request): Promise<Record<string, unknown>> => {
  try {
    return (await request.json()) as Record<string, unknown>;
  } catch {
    throw new GraphRefusal(400, 'invalidRequest');
  }
};

/** The calls of the Graph reference for drives that are served; anything else is refused. */
export function createDriveCalls({ store, uploads, base, driveId, driveType, behaviour }: DriveCallsOptions) {
  /** `/root:/a/b:/children`, `/items/{id}:/a`, `/items/{id}/content` … */
  function addressOf(rest: string): Address {
    const [, id, path, afterPath, afterId] =
      /^\/(?:root|items\/([^/:]+))(?::\/([^:]+)(?::(?:\/(\w+))?)?|(?:\/(\w+))?)$/.exec(rest) ?? [];
    if (!/^\/(root|items\/[^/:]+)/.test(rest)) throw new GraphRefusal(400, 'invalidRequest');
    const from = id === undefined ? store.root : store.byId(decodeURIComponent(id));
    const names = path === undefined ? [] : path.split('/').map(decodeURIComponent);
    return { from, names, action: afterPath ?? afterId ?? null };
  }

  const selected = (url: URL) => url.searchParams.get('$select')?.split(',') ?? null;

  function listChildren(folder: StoredItem, url: URL): Response {
    const all = [...(folder.children?.values() ?? [])];
    const skip = Number(url.searchParams.get('$skiptoken') ?? 0);
    const top = Math.min(Number(url.searchParams.get('$top') ?? 200), behaviour.pageEntries);
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(skip + top));
    return Response.json({
      value: all.slice(skip, skip + top).map((item) => store.print(item, selected(url))),
      ...(skip + top < all.length ? { '@odata.nextLink': next.href } : {}),
    });
  }

  async function putContent(address: Address, request: Request, url: URL): Promise<Response> {
    const place = store.placeFor(address.from, address.names);
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > 4 * 1024 * 1024) throw new GraphRefusal(413, 'invalidRequest');
    const hash = slowQuickXor();
    hash.update(bytes);
    const conflict = url.searchParams.get('@microsoft.graph.conflictBehavior') ?? 'replace';
    const file = { content: [bytes], bytes: bytes.byteLength, hash: hash.base64(), mtime: null };
    const { item, created } = store.putFile(place, file, conflict);
    return Response.json(store.print(item, null), { status: created ? 201 : 200 });
  }

  async function change(item: StoredItem, request: Request, url: URL): Promise<Response> {
    const body = await json(request);
    const parent = (body['parentReference'] ?? {}) as Record<string, unknown>;
    const folder = typeof parent['id'] === 'string' ? store.byId(parent['id']) : item.parent;
    const info = (body['fileSystemInfo'] ?? {}) as Record<string, unknown>;
    const asked = conflictOf(body);
    const name = typeof body['name'] === 'string' ? body['name'] : item.name;
    if (folder && (folder !== item.parent || name !== item.name))
      store.rename(item, folder, name, behaviour.patchReplaces ? asked : 'fail');
    const time = info['lastModifiedDateTime'];
    // Without being told again, the time of change becomes now.
    item.mtime =
      typeof time === 'string' ? Math.floor(Date.parse(time) / 1000) * 1000 : Math.floor(Date.now() / 1000) * 1000;
    store.touched(item);
    return Response.json(store.print(item, selected(url)));
  }

  function remove(item: StoredItem, request: Request): Response {
    const tag = request.headers.get('if-match');
    const { cTag, eTag } = store.print(item, null);
    if (tag !== null && tag !== cTag && tag !== eTag)
      throw new GraphRefusal(412, 'preconditionFailed', 'entityTagDoesNotMatch');
    store.remove(item);
    return new Response(null, { status: 204 });
  }

  return async function answer(request: Request, path: string): Promise<Response> {
    const url = new URL(request.url);
    const own = path.startsWith('/me/drive');
    const [, named, more] = /^\/drives\/([^/]+)(.*)$/.exec(path) ?? [];
    if (!own && (named === undefined || decodeURIComponent(named) !== driveId))
      throw new GraphRefusal(404, 'itemNotFound');
    const rest = own ? path.slice('/me/drive'.length) : (more ?? '');
    if (rest === '') {
      const used = store.usedBytes;
      return Response.json({
        id: driveId,
        name: 'OneDrive',
        driveType,
        owner: { user: { displayName: 'Ada', email: 'ada@example.com' } },
        quota: { total: store.totalBytes, used, remaining: store.totalBytes - used, deleted: 0, state: 'normal' },
      });
    }
    const address = addressOf(rest);
    const call = `${request.method} ${address.action ?? 'item'}`;
    switch (call) {
      case 'GET item':
        return Response.json(store.print(store.below(address.from, address.names), selected(url)));
      case 'GET children':
        return listChildren(store.below(address.from, address.names), url);
      case 'GET content': {
        const item = store.below(address.from, address.names);
        if (item.children !== null || item.facet !== null) throw new GraphRefusal(400, 'notSupported');
        const location = `${base()}/download/${encodeURIComponent(item.id)}?tempauth=${crypto.randomUUID()}`;
        return new Response(null, { status: 302, headers: { location } });
      }
      case 'POST children': {
        const body = await json(request);
        const folder = store.below(address.from, address.names);
        const conflict = conflictOf(body);
        if (typeof body['name'] !== 'string' || !body['folder']) throw new GraphRefusal(400, 'invalidRequest');
        return Response.json(store.print(store.makeFolder(folder, body['name'], conflict), null), { status: 201 });
      }
      case 'POST createUploadSession':
        return Response.json(uploads.begin(store.placeFor(address.from, address.names), await json(request)));
      case 'PUT content':
        return putContent(address, request, url);
      case 'PATCH item':
        return change(store.below(address.from, address.names), request, url);
      case 'DELETE item':
        return remove(store.below(address.from, address.names), request);
      default:
        throw new GraphRefusal(400, 'invalidRequest');
    }
  };
}
