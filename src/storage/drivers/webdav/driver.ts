import { orAborted } from '../../content.ts';
import type { Capabilities, StorageDriver } from '../../driver.ts';
import { nameOf, parentOf, requireName } from '../../names.ts';
import type { DriverPorts } from '../../port.ts';
import { placeOf, rootPlace, urlOf } from './address.ts';
import { putInChunks } from './chunks.ts';
import { createConnection, shared } from './connection.ts';
import { download } from './download.ts';
import { failureOf, inTheWay, noRoot } from './failure.ts';
import { createFolders } from './folders.ts';
import { createLooking, type Looking } from './looking.ts';
import { isPartName, isStalePart, problemOf } from './own-names.ts';
import { putToOwncloud } from './owncloud.ts';
import { isDone, putWhole } from './put.ts';
import { putAside } from './replace.ts';
import { entryFrom } from './resource.ts';
import type { WebdavConfig, WebdavCredential } from './schema.ts';
import { meet, type ServerInfo } from './server.ts';
import { createTransport } from './transport.ts';

/** Nextcloud wants parts of at least 5 MB. */
const defaults = { multipartFromBytes: 10 * 1024 * 1024, partBytes: 16 * 1024 * 1024, connectMs: 10_000 };

/** All that works once the server was met. */
interface Met {
  info: ServerInfo;
  looking: Looking;
  folders: ReturnType<typeof createFolders>;
  transport: ReturnType<typeof createTransport>;
}

/**
 * Files below an address of a WebDAV server. What the server is shows at the first connection: until then
 * `capabilities` claims what holds for every one (no times, no uploads that go on); `probe` makes sure it was met.
 * Plain servers keep no time of change. A missing root is never made but by `makeFolder('')`.
 */
export function createWebdavDriver(
  config: WebdavConfig,
  credential: WebdavCredential,
  ports: DriverPorts,
): StorageDriver {
  const tuning = { ...defaults, ...ports.tuning };
  const now = ports.now ?? Date.now;
  const connection = createConnection(config, credential, ports);
  const { what } = connection;
  const root = rootPlace(config.url, config.remote_path);
  const base = placeOf(config.url);
  const stale = new Map<string, string[]>();
  const running = new Set<Promise<unknown>>();
  const turns = new Map<string, Promise<unknown>>();
  let info: ServerInfo | null = null;

  const first = shared(
    async (signal): Promise<Met> => {
      info = await meet(connection, root, base, signal);
      const looking = createLooking(connection, root, info.flavour);
      const folders = createFolders(connection, root);
      return { info, looking, folders, transport: createTransport({ connection, place: root, folders, looking }) };
    },
    30_000,
    what,
  );
  const later = (work: () => Promise<unknown>): void => {
    const one: Promise<unknown> = work()
      .catch(() => {})
      .finally(() => running.delete(one));
    running.add(one);
  };
  async function met(signal: AbortSignal): Promise<Met> {
    signal.throwIfAborted();
    return first.get(signal);
  }
  async function remove(url: string, path: string, signal: AbortSignal): Promise<void> {
    const answer = await connection.request('DELETE', url, { signal });
    if (!isDone(answer.status) && answer.status !== 404 && answer.status !== 410)
      throw failureOf(answer, { what, path });
    void answer.body?.cancel().catch(() => {});
  }
  const problem = (path: string): string | null => problemOf(path, info?.flavour ?? 'plain');

  const capabilities: Capabilities = {
    get mtimePrecisionNs() {
      return info?.flavour === 'owncloud' ? 1_000_000_000n : null;
    },
    hash: null,
    flat: false,
    folders: 'real',
    get caseSensitive() {
      return info?.caseSensitive ?? true;
    },
    normalisesNames: false,
    bulkRemove: false,
    copy: true,
    move: true,
    get resumes() {
      return info !== null && info.uploads !== null;
    },
    maxFileBytes: null,
    parallelWrites: 16,
    parallelLists: 8,
    pathProblem: problem,
  };

  return {
    capabilities,

    async list(folder, signal) {
      const { looking, folders, info } = await met(signal);
      const found = await looking.everything(folder, signal);
      folders.seen(folder);
      const left: string[] = [];
      const entries = [];
      for (const [path, resource] of found) {
        if (!isPartName(nameOf(path))) entries.push(entryFrom(path, resource, info.flavour === 'owncloud'));
        else if (isStalePart(nameOf(path), now())) left.push(path);
      }
      if (left.length > 0) stale.set(folder, left);
      return entries;
    },

    async stat(path, signal) {
      const { looking } = await met(signal);
      return isPartName(nameOf(path)) ? null : looking.stat(path, signal);
    },

    async read(path, range, signal) {
      const { looking } = await met(signal);
      return download({ connection, place: root, looking }, path, range, signal);
    },

    async write(path, content, options) {
      const { signal } = options;
      const before = info?.flavour;
      requireName(path, problem(path));
      const { info: server, looking, folders, transport } = await met(signal);
      if (server.flavour !== before) requireName(path, problem(path));
      const put = { connection, place: root, folders, looking };
      const send = async () => {
        if (server.flavour === 'apache') return putWhole(put, path, content, options);
        if (server.flavour === 'plain')
          return putAside({ ...put, transport, now, later, turns }, path, content, options);
        const { uploads } = server;
        if (uploads === null || content.size < tuning.multipartFromBytes)
          return putToOwncloud(put, path, content, options);
        const parts = createLooking(connection, uploads.place, 'plain');
        const chunked = { ...put, uploads, parts, partBytes: tuning.partBytes };
        return (
          (await putInChunks(chunked, path, content, options)) ?? (await putToOwncloud(put, path, content, options))
        );
      };
      const written = await orAborted(send(), signal);
      for (const left of stale.get(parentOf(path)) ?? [])
        later(() => remove(urlOf(root, left), left, AbortSignal.timeout(30_000)));
      stale.delete(parentOf(path));
      return written;
    },

    async remove(path, signal) {
      const { looking } = await met(signal);
      // DELETE takes a folder with all that is in it.
      const found = await looking.look(path, signal);
      if (found === null) return;
      if (found.kind === 'folder') throw inTheWay(what, path, 'is a folder there, not a file');
      await remove(urlOf(root, path), path, signal);
    },

    async removeFolder(path, signal) {
      const { looking, folders } = await met(signal);
      const found = await looking.look(path, signal);
      if (found === null) return;
      if (found.kind !== 'folder') throw inTheWay(what, path, 'is a file there, not a folder');
      const inside = await looking.everything(path, signal);
      if ([...inside.keys()].some((one) => !isStalePart(nameOf(one), now())))
        throw inTheWay(what, path, 'is not empty');
      await remove(urlOf(root, path, 'folder'), path, signal);
      folders.forget(path);
    },

    async makeFolder(path, signal) {
      requireName(path, path === '' ? null : problem(path));
      const { looking, folders } = await met(signal);
      if (path === '') return makeRoot(signal);
      const found = await looking.look(path, signal);
      if (found !== null && found.kind !== 'folder') throw inTheWay(what, path, 'is a file there, not a folder');
      if (found !== null) return folders.seen(path);
      folders.forget(path);
      await folders.ensure(path, signal);
    },

    async move(from, to, signal) {
      requireName(to, problem(to));
      await (await met(signal)).transport.rename('MOVE', from, to, signal);
    },
    async copy(from, to, signal) {
      requireName(to, problem(to));
      await (await met(signal)).transport.rename('COPY', from, to, signal);
    },

    async space(signal) {
      return (await met(signal)).looking.space(signal);
    },

    async probe(signal) {
      const { looking, info } = await met(signal);
      const found = await looking.look('', signal);
      if (found?.kind !== 'folder') throw noRoot(what);
      return {
        server: info.software,
        kind: info.flavour === 'owncloud' ? 'Nextcloud or ownCloud' : 'WebDAV',
        account: credential.username,
        encrypted: config.url.toLowerCase().startsWith('https:'),
        keeps_times: info.flavour === 'owncloud',
      };
    },

    async close() {
      first.end();
      await Promise.allSettled(running);
      connection.close();
    },
  };

  /** Only what lies below the address that was entered: the rest is the server's. */
  async function makeRoot(signal: AbortSignal): Promise<void> {
    const above = createFolders(connection, base);
    const path = root.names.slice(base.names.length).join('/');
    if (path !== '') await above.ensure(path, signal);
  }
}
