/** What Graph answers in place of what was asked. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  readonly status: number;
  readonly code: string;
  readonly inner: string | null;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, inner: string | null = null, headers: Record<string, string> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.inner = inner;
    this.headers = headers;
  }
}

export interface StoredItem {
  id: string;
  name: string;
  parent: StoredItem | null;
  /** Lower-case name to item; null for what is no folder. */
  children: Map<string, StoredItem> | null;
  /** Of a file. Empty while `bytes` says more: contents may be forgotten. */
  content: Uint8Array[];
  bytes: number;
  hash: string | null;
  /** Milliseconds since 1970, whole seconds. */
  mtime: number;
  /** Besides file and folder: what makes an item special (`package`, `remoteItem`). */
  facet: string | null;
  contentVersion: number;
  version: number;
}

export interface ItemStoreOptions {
  driveType: 'personal' | 'business' | 'documentLibrary';
  totalBytes: number;
  now: () => number;
}

/** `@microsoft.graph.conflictBehavior` of a body; `fail` when nothing is said. */
export function conflictOf(body: Record<string, unknown>): string {
  const said = body['@microsoft.graph.conflictBehavior'];
  return typeof said === 'string' ? said : 'fail';
}

/** A drive in memory, as OneDrive keeps it: names without case, ids that stay, tags for content and for everything. */
export interface ItemStore {
  readonly root: StoredItem;
  readonly usedBytes: number;
  totalBytes: number;
  /** Everything that was deleted, with what lay in it. */
  readonly deleted: StoredItem[];
  byId(id: string): StoredItem;
  /** Names below an item; throws itemNotFound. */
  below(item: StoredItem, names: readonly string[]): StoredItem;
  /** The folder for a new item, and what has its name there already. */
  placeFor(item: StoredItem, names: readonly string[]): { folder: StoredItem; name: string; there: StoredItem | null };
  makeFolder(folder: StoredItem, name: string, conflict: string): StoredItem;
  putFile(
    at: { folder: StoredItem; name: string },
    file: { content: Uint8Array[]; bytes: number; hash: string | null; mtime: number | null },
    conflict: string,
  ): { item: StoredItem; created: boolean };
  rename(item: StoredItem, folder: StoredItem, name: string, conflict: string): void;
  remove(item: StoredItem): void;
  touched(item: StoredItem, contentToo?: boolean): void;
  /** As Graph prints it; fields as selected. */
  print(item: StoredItem, select: readonly string[] | null): Record<string, unknown>;
  pathOf(item: StoredItem): string;
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d|\.lock|desktop\.ini)$/i;

function insistName(name: string, atTop: boolean): void {
  const bad =
    name === '' ||
    name.length > 255 ||
    /["*:<>?/\\|]/.test(name) ||
    /[\u0000-\u001f\u007f]/.test(name) ||
    /^[ ~]|[ .]$/.test(name) ||
    reserved.test(name) ||
    /_vti_/i.test(name) ||
    (atTop && name.toLowerCase() === 'forms');
  if (bad) throw new GraphRefusal(400, 'invalidRequest', 'invalidPath');
}

export function createItemStore({ driveType, totalBytes, now }: ItemStoreOptions): ItemStore {
  const items = new Map<string, StoredItem>();
  const deleted: StoredItem[] = [];
  let serial = 0;
  const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;
  const fresh = (name: string, parent: StoredItem | null, folder: boolean): StoredItem => {
    serial += 1;
    const item: StoredItem = {
      // Personal ids look like this, and their "!" has to survive an address.
      id: driveType === 'personal' ? `0123456789ABCDEF!${serial}` : `01ABCDEF${String(serial).padStart(8, '0')}`,
      name,
      parent,
      children: folder ? new Map() : null,
      content: [],
      bytes: 0,
      hash: null,
      mtime: seconds(now()),
      facet: null,
      contentVersion: 1,
      version: 1,
    };
    items.set(item.id, item);
    return item;
  };
  const root = fresh('root', null, true);

  const pathOf = (item: StoredItem): string =>
    item.parent === null ? '' : `${item.parent.parent === null ? '' : `${pathOf(item.parent)}/`}${item.name}`;
  const touched = (item: StoredItem, contentToo = false) => {
    item.version += 1;
    if (contentToo) item.contentVersion += 1;
  };
  /** Content of a folder is what lies below it, as far as its tag goes. */
  const stirred = (folder: StoredItem | null) => {
    for (let above = folder; above !== null; above = above.parent) above.contentVersion += 1;
  };
  const children = (folder: StoredItem): Map<string, StoredItem> => {
    if (folder.children === null) throw new GraphRefusal(400, 'invalidRequest');
    return folder.children;
  };
  const attach = (item: StoredItem, folder: StoredItem, name: string) => {
    insistName(name, folder.parent === null);
    const whole = folder.parent === null ? name : `${pathOf(folder)}/${name}`;
    if (whole.length >= 400) throw new GraphRefusal(400, 'invalidRequest', 'pathIsTooLong');
    item.name = name;
    item.parent = folder;
    children(folder).set(name.toLowerCase(), item);
    stirred(folder);
  };
  const detach = (item: StoredItem) => {
    if (item.parent === null) throw new GraphRefusal(403, 'accessDenied');
    children(item.parent).delete(item.name.toLowerCase());
    stirred(item.parent);
  };
  const forgetAll = (item: StoredItem) => {
    items.delete(item.id);
    for (const child of item.children?.values() ?? []) forgetAll(child);
  };

  const store: ItemStore = {
    root,
    totalBytes,
    deleted,
    touched,
    pathOf,
    get usedBytes() {
      return [...items.values()].reduce((sum, item) => sum + item.bytes, 0);
    },
    byId(id) {
      const item = items.get(id);
      if (!item) throw new GraphRefusal(404, 'itemNotFound');
      return item;
    },
    below(item, names) {
      let at = item;
      for (const name of names) {
        const next = at.children?.get(name.toLowerCase());
        if (!next) throw new GraphRefusal(404, 'itemNotFound');
        at = next;
      }
      return at;
    },
    placeFor(item, names) {
      const name = names.at(-1) ?? '';
      const folder = store.below(item, names.slice(0, -1));
      insistName(name, folder.parent === null);
      return { folder, name, there: children(folder).get(name.toLowerCase()) ?? null };
    },
    makeFolder(folder, name, conflict) {
      const there = children(folder).get(name.toLowerCase());
      if (there && (conflict !== 'replace' || there.children === null))
        throw new GraphRefusal(409, 'nameAlreadyExists');
      if (there) return there;
      const item = fresh(name, folder, true);
      try {
        attach(item, folder, name);
      } catch (error) {
        items.delete(item.id);
        throw error;
      }
      return item;
    },
    putFile({ folder, name }, file, conflict) {
      const there = children(folder).get(name.toLowerCase());
      if (there && (conflict !== 'replace' || there.children !== null || there.facet !== null))
        throw new GraphRefusal(409, 'nameAlreadyExists');
      if (store.usedBytes - (there?.bytes ?? 0) + file.bytes > store.totalBytes)
        throw new GraphRefusal(507, 'quotaLimitReached');
      const item = there ?? fresh(name, folder, false);
      if (!there)
        try {
          attach(item, folder, name);
        } catch (error) {
          items.delete(item.id);
          throw error;
        }
      else stirred(folder);
      Object.assign(item, { content: file.content, bytes: file.bytes, hash: file.hash });
      item.mtime = seconds(file.mtime ?? now());
      touched(item, true);
      return { item, created: !there };
    },
    rename(item, folder, name, conflict) {
      const there = children(folder).get(name.toLowerCase());
      if (there && there !== item) {
        if (conflict !== 'replace' || there.children !== null || item.children !== null)
          throw new GraphRefusal(409, 'nameAlreadyExists');
        store.remove(there);
      }
      insistName(name, folder.parent === null);
      detach(item);
      attach(item, folder, name);
      touched(item);
    },
    remove(item) {
      detach(item);
      forgetAll(item);
      deleted.push(item);
    },
    print(item, select) {
      const file = item.children === null && item.facet === null;
      const all: Record<string, unknown> = {
        id: item.id,
        name: item.name,
        size: item.bytes,
        eTag: `"{${item.id}},${item.version}"`,
        // Work accounts give folders none.
        ...(file || driveType === 'personal' ? { cTag: `"c:{${item.id}},${item.contentVersion}"` } : {}),
        fileSystemInfo: { lastModifiedDateTime: new Date(item.mtime).toISOString().replace('.000Z', 'Z') },
        parentReference: { driveId: 'the-drive', driveType, ...(item.parent ? { id: item.parent.id } : {}) },
        ...(item.children === null ? {} : { folder: { childCount: item.children.size } }),
        ...(item.facet === null ? {} : { [item.facet]: { type: 'oneNote' } }),
        ...(file
          ? { file: { mimeType: 'application/octet-stream', hashes: item.hash ? { quickXorHash: item.hash } : {} } }
          : {}),
      };
      if (select === null) return all;
      return Object.fromEntries(Object.entries(all).filter(([key]) => select.includes(key)));
    },
  };
  return store;
}
