import type { Capabilities, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { parentOf, requireName } from '../../names.ts';
import { createHttpClient } from '../../net/client.ts';
import { segmentsOf } from '../../path-rules.ts';
import type { DriverPorts } from '../../port.ts';
import { moveFile, removeEmptyFolder, removeFile } from './change.ts';
import { service } from './errors.ts';
import { createFolders } from './folders.ts';
import { createGraph } from './graph.ts';
import { entryOf, precisionNs } from './items.ts';
import { listFolder } from './listing.ts';
import { createUploadMemory } from './memory.ts';
import { oneDrivePathProblem } from './names.ts';
import { createPlaces } from './places.ts';
import { readFile } from './read.ts';
import type { OneDriveConfig, OneDriveCredential } from './schema.ts';
import { fragmentBytes } from './session.ts';
import { spaceOf, tellOf } from './space.ts';
import { writeFile } from './write.ts';

const publicGraph = 'https://graph.microsoft.com/v1.0';
/** Between 5 and 10 MiB is what Microsoft recommends for steady lines. */
const usualPartBytes = 10 * 1024 * 1024;

/**
 * OneDrive (personal, work, and SharePoint libraries by their drive id) over Microsoft Graph. The folder of the
 * configuration is the root, and a missing one is never made but by `makeFolder('')`. Removed files lie in the account's
 * recycle bin for a while and count for its quota as long. The credential is not read here: access tokens come from
 * `ports.tokens`. `graphUrl` is another base address of the Graph API than Microsoft's, https only.
 */
export function createOneDriveDriver(
  config: OneDriveConfig,
  _credential: OneDriveCredential,
  ports: DriverPorts,
  graphUrl: string | null = null,
  /** SHA-256 of the one certificate to be accepted: for a Graph that is not Microsoft's. */
  pinnedCertificate?: string,
): StorageDriver {
  const rootPath = segmentsOf(config.folder_path).join('/');
  const lasting = new AbortController();
  const http = createHttpClient({
    what: service,
    pinnedCertificate,
    isOurs: ports.isOurs,
    connectMs: ports.tuning?.connectMs,
  });
  const graph = createGraph(http, graphUrl ?? publicGraph, ports.tokens);
  const places = createPlaces(config.drive_id, rootPath);
  const folders = createFolders(graph, places, rootPath, lasting.signal);
  const leftovers = new Set<Promise<void>>();
  const now = ports.now ?? Date.now;
  const all = {
    http,
    graph,
    places,
    folders,
    now,
    memory: createUploadMemory(now),
    partBytes: fragmentBytes(ports.tuning?.partBytes ?? usualPartBytes),
    later(work: Promise<void>) {
      const one = work.finally(() => leftovers.delete(one));
      leftovers.add(one);
    },
  };

  const pathProblem = (path: string) => (path === '' ? null : oneDrivePathProblem(rootPath, path));
  /** Nothing can lie under a name that cannot be. */
  const impossible = (path: string) => pathProblem(path) !== null;
  const notThere = (path: string) =>
    new StorageError('not_found', `There is nothing called ${JSON.stringify(path)} in ${service}.`);

  const capabilities: Capabilities = {
    mtimePrecisionNs: precisionNs,
    hash: 'quickxor',
    flat: false,
    folders: 'real',
    caseSensitive: false,
    normalisesNames: false,
    bulkRemove: false,
    copy: false, // it would lose the time of change
    move: true,
    resumes: true,
    maxFileBytes: 250 * 1024 ** 3,
    parallelWrites: 4,
    parallelLists: 4,
    pathProblem,
  };

  return {
    capabilities,
    async list(folder, signal) {
      signal.throwIfAborted();
      if (impossible(folder)) throw notThere(folder);
      return listFolder(all, folder, signal);
    },
    async stat(path, signal) {
      signal.throwIfAborted();
      if (impossible(path)) return null;
      const item = path === '' ? await folders.root(signal) : await folders.find(path, signal);
      if (item === null) return null;
      return path === '' ? { ...entryOf(item, ''), path } : entryOf(item, parentOf(path));
    },
    async read(path, range, signal) {
      signal.throwIfAborted();
      if (path === '' || impossible(path)) throw notThere(path);
      return readFile(all, path, range, signal);
    },
    async write(path, content, writeOptions) {
      writeOptions.signal.throwIfAborted();
      requireName(path, path === '' ? 'names no file' : pathProblem(path));
      return writeFile(all, path, content, writeOptions);
    },
    async remove(path, signal) {
      signal.throwIfAborted();
      if (!impossible(path)) await removeFile(all, path, signal);
    },
    async removeFolder(path, signal) {
      signal.throwIfAborted();
      if (path === '') throw new StorageError('exists', 'The folder of a destination is never removed.');
      if (!impossible(path)) await removeEmptyFolder(all, path, signal);
    },
    async makeFolder(path, signal) {
      signal.throwIfAborted();
      requireName(path, pathProblem(path));
      await (path === '' ? folders.makeRoot(signal) : folders.make(path, signal));
    },
    async move(from, to, signal) {
      signal.throwIfAborted();
      requireName(to, to === '' ? 'names no file' : pathProblem(to));
      if (from === '' || impossible(from)) throw notThere(from);
      await moveFile(all, from, to, signal);
    },
    async space(signal) {
      return spaceOf(await graph.ask(`${places.drive}?$select=id,quota`, { signal }));
    },
    async probe(signal) {
      const drive = await graph
        .ask(`${places.drive}?$select=id,name,driveType,owner,quota`, { signal })
        .catch((error: unknown) => {
          if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
          throw new StorageError('no_root', `This account has no such drive in ${service}. Check the drive ID.`);
        });
      await folders.root(signal);
      return tellOf(drive, rootPath);
    },
    async close() {
      lasting.abort(new Error('The driver was closed'));
      await Promise.all(leftovers);
      http.close();
    },
  };
}
