import { createHash } from 'node:crypto';

export const folderType = 'application/vnd.google-apps.folder';

/** What Drive refuses, as it says it. */
export class DriveRefusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Revision {
  id: string;
  content: Blob;
  md5: string;
  modifiedTime: string;
}

export interface DriveFile {
  id: string;
  name: string;
  mimeType: string;
  /** At most one; none for a root. */
  parent: string | null;
  driveId: string | null;
  trashed: boolean;
  modifiedTime: string;
  createdTime: string;
  version: number;
  /** Null for folders and Google's own documents. */
  revisions: Revision[] | null;
  /** Listings that will not show it yet. */
  hidden: number;
}

export type Role = 'organizer' | 'contentManager' | 'reader';

export interface DriveStore {
  readonly files: Map<string, DriveFile>;
  readonly rootId: string;
  /** Bytes the account may hold; null: no limit. */
  quotaBytes: number | null;
  /** How many listings do not show a file that is new. */
  lag: number;
  /** Role of the account in each shared drive. */
  readonly roles: Map<string, Role>;
  /** Ids of folders with limited access: what lies in them may only be read. */
  readonly limited: Set<string>;
  usage(): number;
  get(id: string): DriveFile;
  isTrashed(file: DriveFile): boolean;
  /** Throws 403 when the account may not change what lies there. */
  mayWrite(file: DriveFile): void;
  issueIds(count: number): string[];
  make(
    meta: Partial<Pick<DriveFile, 'id' | 'name' | 'mimeType' | 'modifiedTime'>> & { parent: string | null },
    content: Blob | null,
    md5: string,
  ): DriveFile;
  replace(file: DriveFile, content: Blob, md5: string): void;
  touch(file: DriveFile): void;
  removeForGood(file: DriveFile): void;
}

export const md5Of = async (content: Blob): Promise<string> => {
  const hash = createHash('md5');
  for await (const piece of content.stream()) hash.update(piece);
  return hash.digest('hex');
};

const newId = () => `1${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')}`;

export function createDriveStore(sharedDrives: readonly { id: string; name: string; role: Role }[]): DriveStore {
  const files = new Map<string, DriveFile>();
  const issued = new Set<string>();
  const roles = new Map(sharedDrives.map(({ id, role }) => [id, role]));
  let version = 1;
  let clock = Date.now();

  function add(file: Omit<DriveFile, 'version' | 'createdTime' | 'hidden' | 'trashed'>): DriveFile {
    clock += 1;
    version += 1;
    const added = { ...file, version, createdTime: new Date(clock).toISOString(), hidden: store.lag, trashed: false };
    files.set(file.id, added);
    return added;
  }
  const revisionOf = (content: Blob, md5: string, modifiedTime: string): Revision => ({
    id: newId(),
    content,
    md5,
    modifiedTime,
  });
  const root = (id: string, name: string, driveId: string | null) =>
    add({
      id,
      name,
      mimeType: folderType,
      parent: null,
      driveId,
      modifiedTime: new Date().toISOString(),
      revisions: null,
    });

  const store: DriveStore = {
    files,
    rootId: newId(),
    quotaBytes: null,
    lag: 0,
    roles,
    limited: new Set(),
    usage() {
      let bytes = 0;
      for (const file of files.values()) if (file.driveId === null) bytes += file.revisions?.at(-1)?.content.size ?? 0;
      return bytes;
    },
    get(id) {
      const file = files.get(id === 'root' ? store.rootId : id);
      if (!file) throw new DriveRefusal(404, 'notFound', `File not found: ${id}.`);
      return file;
    },
    isTrashed(file) {
      let at: DriveFile | undefined = file;
      while (at) {
        if (at.trashed) return true;
        at = at.parent === null ? undefined : files.get(at.parent);
      }
      return false;
    },
    mayWrite(file) {
      const above = file.parent === null ? null : files.get(file.parent);
      if (above) store.mayWrite(above);
      if (store.limited.has(file.id) || (file.driveId !== null && roles.get(file.driveId) === 'reader'))
        throw new DriveRefusal(403, 'insufficientFilePermissions', 'The user does not have sufficient permissions.');
    },
    issueIds(count) {
      const ids = Array.from({ length: count }, newId);
      for (const id of ids) issued.add(id);
      return ids;
    },
    make(meta, content, md5) {
      const parent = store.get(meta.parent ?? store.rootId);
      store.mayWrite(parent);
      if (meta.id !== undefined) {
        if (files.has(meta.id))
          throw new DriveRefusal(409, 'fileIdInUse', 'A file already exists with the provided ID.');
        if (!issued.has(meta.id)) throw new DriveRefusal(400, 'invalid', 'The provided file ID is not usable.');
      }
      if (
        store.quotaBytes !== null &&
        content !== null &&
        parent.driveId === null &&
        store.usage() + content.size > store.quotaBytes
      )
        throw new DriveRefusal(403, 'storageQuotaExceeded', "The user's Drive storage quota has been exceeded.");
      const modifiedTime = meta.modifiedTime ?? new Date().toISOString();
      return add({
        id: meta.id ?? newId(),
        name: meta.name ?? 'Untitled',
        mimeType: meta.mimeType ?? (content === null ? 'application/octet-stream' : 'text/plain'),
        parent: parent.id,
        driveId: parent.driveId,
        modifiedTime,
        revisions: content === null ? null : [revisionOf(content, md5, modifiedTime)],
      });
    },
    replace(file, content, md5) {
      if (!file.revisions) throw new DriveRefusal(403, 'fileNotDownloadable', 'This file has no content.');
      if (store.quotaBytes !== null && store.usage() + content.size > store.quotaBytes)
        throw new DriveRefusal(403, 'storageQuotaExceeded', "The user's Drive storage quota has been exceeded.");
      file.revisions.push(revisionOf(content, md5, file.modifiedTime));
      store.touch(file);
    },
    touch(file) {
      version += 1;
      file.version = version;
    },
    removeForGood(file) {
      // Deleting from a Map while it is walked is fine.
      for (const other of files.values()) if (other.parent === file.id) store.removeForGood(other);
      files.delete(file.id);
    },
  };
  root(store.rootId, 'My Drive', null);
  for (const { id, name } of sharedDrives) root(id, name, id);
  return store;
}

/** A file as the API tells it; every member there is. */
export function resourceOf(store: DriveStore, file: DriveFile): Record<string, unknown> {
  const last = file.revisions?.at(-1);
  return {
    kind: 'drive#file',
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    parents: file.parent === null ? undefined : [file.parent],
    driveId: file.driveId ?? undefined,
    trashed: store.isTrashed(file),
    explicitlyTrashed: file.trashed,
    modifiedTime: file.modifiedTime,
    createdTime: file.createdTime,
    version: String(file.version),
    size: last ? String(last.content.size) : undefined,
    md5Checksum: last?.md5,
    headRevisionId: last?.id,
    capabilities: { canAddChildren: file.mimeType === folderType && store.roles.get(file.driveId ?? '') !== 'reader' },
  };
}

const known = new Set(
  'kind id name mimeType parents driveId trashed explicitlyTrashed modifiedTime createdTime version size md5Checksum headRevisionId capabilities'.split(
    ' ',
  ),
);

/** `a,b(c,d),e` as a tree; unknown members of a file are refused as the real one does. */
function parseMask(mask: string): Map<string, string | null> {
  const members = new Map<string, string | null>();
  for (const match of mask.matchAll(/(\w+)(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?(,|$)/g))
    members.set(match[1] ?? '', match[2] ?? null);
  const length = [...members].reduce(
    (sum, [name, inner]) => sum + name.length + (inner === null ? 0 : inner.length + 2),
    0,
  );
  if (length + members.size - 1 !== mask.length)
    throw new DriveRefusal(400, 'invalidParameter', 'Invalid field selection');
  return members;
}

/** Only what `fields` asks for; Drive's four members when it asks for nothing. */
export function masked(value: Record<string, unknown>, mask: string | null, ofFile: boolean): Record<string, unknown> {
  const members = parseMask(mask ?? 'kind,id,name,mimeType');
  const out: Record<string, unknown> = {};
  for (const [name, inner] of members) {
    if (ofFile && !known.has(name)) throw new DriveRefusal(400, 'invalidParameter', `Invalid field selection ${name}`);
    const member = value[name];
    if (member === undefined) continue;
    if (inner === null) out[name] = member;
    else if (Array.isArray(member)) out[name] = member.map((one) => masked(one, inner, name === 'files'));
    else out[name] = masked(member as Record<string, unknown>, inner, false);
  }
  return out;
}
