import type { Capabilities, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf, pathProblem, requireName } from '../../names.ts';
import { createHttpClient } from '../../net/client.ts';
import type { DriverPorts } from '../../port.ts';
import { createDriveApi, type DriveEndpoints, googleEndpoints } from './api.ts';
import { createIds } from './ids.ts';
import { entriesOf, entryOf, type Spot, spotOf } from './items.ts';
import { createMover } from './move.ts';
import { createPlaces } from './places.ts';
import { readFile } from './read.ts';
import { createRecent } from './recent.ts';
import { createRemoval } from './removal.ts';
import { createRoots } from './root.ts';
import type { GoogleDriveConfig, GoogleDriveCredential } from './schema.ts';
import { createTurns } from './turns.ts';
import { chunkUnit } from './upload.ts';
import { ambiguous, createWriter, inTheWay, parentIn } from './write.ts';

/** Google takes up to 5 MB in one request. */
const smallUpToBytes = 5 * 1024 * 1024;
const chunkBytes = 4 * 1024 * 1024;
/** A chunk costs about six times its size until it is collected: this keeps uploads below 180 MiB altogether. */
const chunksAtOnce = 3;
/** No limit is told; longer names were refused. */
const names = { maxNameChars: 32_767 };

const capabilities: Capabilities = {
  mtimePrecisionNs: 1_000_000n,
  hash: 'md5',
  flat: false,
  folders: 'real',
  caseSensitive: true,
  normalisesNames: false,
  bulkRemove: false,
  copy: true,
  move: true,
  resumes: true,
  maxFileBytes: 5 * 1024 ** 4,
  // About three new files a second is all that one account is given, however many ask.
  parallelWrites: 6,
  parallelLists: 8,
  pathProblem: (path) => pathProblem(path, names),
};

/**
 * Google Drive by its API v3: a folder of My Drive or of a shared drive. Names there are labels that may occur any
 * number of times and hold any character: what that means for paths is told at `Spot`. Folders are moved to the trash,
 * never removed for good, for what is in them may not all be visible to us.
 */
export function createGoogleDriveDriver(
  config: GoogleDriveConfig,
  _credential: GoogleDriveCredential,
  ports: DriverPorts,
  endpoints: DriveEndpoints = googleEndpoints,
): StorageDriver {
  const { tokens, tuning = {}, now = Date.now } = ports;
  if (!tokens) throw new StorageError('auth_expired', 'Nobody is signed in at Google. Sign in.');
  const http = createHttpClient({
    what: 'Google Drive',
    pinnedCertificate: endpoints.certificateSha256,
    isOurs: ports.isOurs,
    connectMs: tuning.connectMs,
  });
  const closing = new AbortController();
  const api = createDriveApi(http, tokens, endpoints);
  const recent = createRecent();
  const roots = createRoots(api, config);
  const places = createPlaces({ api, roots, recent, now, closed: closing.signal });
  const ids = createIds(api);
  const removal = createRemoval(api, recent);
  const turns = createTurns();
  const chunk = Math.max(1, Math.floor((tuning.partBytes ?? chunkBytes) / chunkUnit)) * chunkUnit;
  const writer = createWriter({
    api,
    places,
    recent,
    ids,
    removal,
    largeFromBytes: tuning.multipartFromBytes ?? smallUpToBytes,
    chunkBytes: chunk,
    chunksAtOnce,
  });
  const mover = createMover({ api, places, recent, ids, removal });

  const shown = (path: string) => (path === '' ? 'the folder of the backup' : JSON.stringify(path));
  const notThere = (path: string) => new StorageError('not_found', `${shown(path)} is not at Google Drive.`);

  async function spotAt(path: string, signal: AbortSignal): Promise<{ spot: Spot; parents: readonly string[] }> {
    signal.throwIfAborted();
    if (path === '') return { spot: { kind: 'folder', ids: [(await roots.look(signal)).id] }, parents: [] };
    const parents = await places.folder(parentOf(path), signal);
    if (parents === null) return { spot: { kind: 'none' }, parents: [] };
    try {
      const items = await places.inside(`Looking for ${shown(path)}`, parents, nameOf(path), signal);
      return { spot: spotOf(items), parents };
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
      places.forget(parentOf(path)); // its folder was removed by somebody else
      return { spot: { kind: 'none' }, parents: [] };
    }
  }

  /** Everything in a folder; null when the folder is not where it was, which an empty answer alone does not tell. */
  async function contents(path: string, ids: readonly string[], signal: AbortSignal) {
    try {
      const items = await places.inside(`Listing ${shown(path)}`, ids, null, signal);
      if (items.length > 0) return items;
      const folders = await Promise.all(ids.map((id) => places.fetch(id, signal)));
      return folders.some((folder) => folder && !folder.trashed) ? items : null;
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return null;
      throw error;
    }
  }

  return {
    capabilities,

    async list(folder, signal) {
      signal.throwIfAborted();
      for (const round of [1, 2]) {
        const ids = await places.folder(folder, signal);
        if (ids === null) throw notThere(folder);
        const items = await contents(folder, ids, signal);
        if (items !== null) return entriesOf(folder, items);
        places.forget(folder);
        if (folder === '' && round === 2) break;
      }
      throw notThere(folder);
    },

    async stat(path, signal) {
      return entryOf(path, (await spotAt(path, signal)).spot);
    },

    async read(path, range, signal) {
      const { spot } = await spotAt(path, signal);
      if (spot.kind === 'none') throw notThere(path);
      if (spot.kind !== 'file') throw inTheWay(path);
      return readFile(api, path, spot.file, range, signal);
    },

    async write(path, content, options) {
      requireName(path, capabilities.pathProblem(path));
      return turns.on([path], options.signal, () => writer.write(path, content, options));
    },

    async remove(path, signal) {
      await turns.on([path], signal, async () => {
        const { spot, parents } = await spotAt(path, signal);
        if (spot.kind === 'none') return;
        if (spot.kind !== 'file') throw inTheWay(path);
        if (!spot.alike) throw ambiguous(path);
        for (const item of [...spot.twins, spot.file]) await removal.file(item, parentIn(item, parents), signal);
      });
    },

    async removeFolder(path, signal) {
      await turns.on([path], signal, async () => {
        const { spot, parents } = await spotAt(path, signal);
        if (spot.kind === 'none') return;
        if (spot.kind !== 'folder') throw new StorageError('exists', `${shown(path)} is no folder at Google Drive.`);
        const items = await places.inside(`Listing ${shown(path)}`, spot.ids, null, signal);
        if (items.length > 0) throw new StorageError('exists', `${shown(path)} is not empty at Google Drive.`);
        places.forget(path);
        for (const id of spot.ids) {
          const item = { id, name: nameOf(path) };
          const lies = (await places.fetch(id, signal))?.parents.find((parent) => parents.includes(parent));
          await removal.trash(item, lies ?? parents[0] ?? '', signal);
        }
      });
    },

    async makeFolder(path, signal) {
      signal.throwIfAborted();
      requireName(path, path === '' ? null : capabilities.pathProblem(path));
      await places.ensure(path, signal);
    },

    async move(from, to, signal) {
      requireName(to, capabilities.pathProblem(to));
      await turns.on([from, to], signal, () => mover.move(from, to, signal));
    },

    async copy(from, to, signal) {
      requireName(to, capabilities.pathProblem(to));
      await turns.on([from, to], signal, () => mover.copy(from, to, signal));
    },

    async space(signal) {
      const { driveId } = await roots.get(signal);
      if (driveId !== null) return null; // shared drives have no limit of bytes, and the account's own is another one
      const about = await api.call(
        'Asking for the room left',
        (drive, options) => drive.about.get({ fields: 'storageQuota(limit,usage)' }, options),
        signal,
      );
      const { limit, usage } = about.storageQuota ?? {};
      if (!limit) return null; // without a limit, or not told
      const [total, used] = [Number(limit), Number(usage ?? 0)];
      return { totalBytes: total, freeBytes: Math.max(0, total - used) };
    },

    async probe(signal) {
      const root = await roots.look(signal);
      const about = await api.call(
        'Asking for the account',
        (drive, options) => drive.about.get({ fields: 'user(displayName,emailAddress)' }, options),
        signal,
      );
      if (!root.writable)
        throw new StorageError(
          'permission',
          'This account may look into the folder of the backup, but not write there. Share it with the right to edit.',
        );
      return {
        account: about.user?.emailAddress ?? null,
        name: about.user?.displayName ?? null,
        folder: root.name,
        shared_drive: root.driveId,
      };
    },

    async close() {
      closing.abort(new StorageError('unreachable', 'The connection to Google Drive was closed.'));
      http.close();
    },
  };
}
