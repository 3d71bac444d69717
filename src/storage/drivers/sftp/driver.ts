import type { ParsedKey } from 'ssh2';
import { orAborted } from '../../content.ts';
import type { Capabilities, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf, pathProblem, requireName } from '../../names.ts';
import type { DriverPorts } from '../../port.ts';
import { named } from './address.ts';
import { type Channel, status, statusOf } from './channel.ts';
import { download } from './download.ts';
import { failureOf } from './failure.ts';
import { kindOf, look } from './folders.ts';
import { entryOf, listFolder } from './listing.ts';
import { isOwnName } from './own-names.ts';
import { replace, requireReplaceable, type Turns } from './replace.ts';
import type { SftpConfig, SftpCredential } from './schema.ts';
import { openSession, type Session } from './session.ts';
import { openKey } from './sign-in.ts';
import { createTimes } from './times.ts';
import { upload } from './upload.ts';

const defaults = {
  connectMs: 15_000,
  stallMs: 20_000,
  multipartFromBytes: 16 * 1024 * 1024,
  partBytes: 32 * 1024 * 1024,
};
/** Longest wait of `close` for calls that are not done. */
const tidyMs = 2_000;

/** Why an SFTP server is not asked to hold this path. 255 bytes are what the filesystems behind nearly all of them take. */
function problemOf(path: string): string | null {
  const problem = pathProblem(path, { maxNameBytes: 255 });
  if (problem !== null) return problem;
  return path.split('/').some(isOwnName) ? 'has a name that Dynamight uses for files on their way' : null;
}

/**
 * Files of an account at an SSH server. Times of change are kept to the second; links and special files are `other`.
 * A missing root is never made but by `makeFolder('')`, where the folder above it is there.
 * Where the server knows no posix-rename@openssh.com, replacing a file leaves a moment in which nothing has the name.
 */
export function createSftpDriver(config: SftpConfig, credential: SftpCredential, ports: DriverPorts): StorageDriver {
  const tuning = { ...defaults, ...ports.tuning };
  const nowMs = ports.now ?? Date.now;
  const times = createTimes();
  const turns: Turns = new Map();
  const active = new Set<string>();
  const left = new Set<string>();
  let key: { opened: ParsedKey | null } | null = null;
  let current: Promise<Session> | null = null;
  let closed = false;

  async function connect(): Promise<Session> {
    key ??= { opened: openKey(credential) };
    const { connectMs, stallMs } = tuning;
    const patience = AbortSignal.timeout(connectMs);
    try {
      return await openSession({ config, credential, key: key.opened, ports, stallMs }, patience);
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new StorageError('timeout', `${named(config)} did not let us in within ${connectMs / 1_000} seconds.`, {
        cause: error,
      });
    }
  }
  /** The connection, or a new one in the place of a lost one; one at a time, however many ask. */
  async function session(): Promise<Session> {
    if (closed) throw new Error('The driver was closed');
    const before = current;
    const usable = await before?.then(
      (one) => !one.lost(),
      () => false,
    );
    if (usable !== true && current === before) current = connect();
    return current as Promise<Session>;
  }
  /** Calls that go on, for whoever asked or to clean up after them. */
  const underWay = new Set<Promise<unknown>>();
  /** Runs with a connection; an abort answers at once, whatever the server does. */
  function run<T>(signal: AbortSignal, work: (session: Session, channel: Channel) => Promise<T>): Promise<T> {
    const whole = async () => {
      signal.throwIfAborted();
      const one = await session();
      const channel = await one.channel();
      signal.throwIfAborted();
      return work(one, channel);
    };
    const going = whole();
    underWay.add(going);
    const done = () => void underWay.delete(going);
    going.then(done, done);
    return orAborted(going, signal);
  }
  /** True when every folder above is there and truly a folder. */
  const reaches = async (one: Session, channel: Channel, folder: string): Promise<boolean> =>
    (await one.folders.check(channel, folder)) === 'there';
  const notFound = (path: string, what = 'file'): StorageError =>
    new StorageError('not_found', `The ${what} ${JSON.stringify(path)} is not there.`);

  /** Translates what the server answered about one path. */
  const about = async <T>(
    [one, channel]: readonly [Session, Channel],
    doing: string,
    path: string,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await failureOf(error, channel, { doing, path, folder: one.fullPath('') });
    }
  };
  const capabilities: Capabilities = {
    get mtimePrecisionNs() {
      return times.precisionNs();
    },
    hash: null,
    flat: false,
    folders: 'real',
    caseSensitive: true,
    normalisesNames: false,
    bulkRemove: false,
    copy: false,
    move: true,
    resumes: true,
    maxFileBytes: null,
    parallelWrites: 32,
    parallelLists: 8,
    pathProblem: problemOf,
  };

  return {
    capabilities,
    list: (folder, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be listed', folder, async () => {
          if (!(await reaches(one, channel, folder))) throw notFound(folder, 'folder');
          try {
            return await listFolder(one, channel, { times, turns, active, nowMs }, folder);
          } catch (error) {
            if (statusOf(error) !== status.noSuchFile) throw error;
            one.folders.forget();
            throw folder === '' ? noRoot(one) : notFound(folder, 'folder');
          }
        }),
      ),
    stat: (path, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be looked at', path, async () => {
          if (path !== '' && (isOwnName(nameOf(path)) || !(await reaches(one, channel, parentOf(path))))) return null;
          const found = await look(channel, one.fullPath(path));
          return found && entryOf(path, found, times);
        }),
      ),
    read: (path, range, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be read', path, async () => {
          if (!(await reaches(one, channel, parentOf(path)))) throw notFound(path);
          const found = await look(channel, one.fullPath(path));
          if (found === null || kindOf(found) !== 'file') throw notFound(path);
          const handle = await channel.open(one.fullPath(path), 'r');
          const { size = 0 } = await channel.fstat(handle);
          const end = Math.min(range.end ?? size, size);
          const bounds = { start: Math.min(range.start ?? 0, end), end };
          const attempt = { doing: 'be read', path, folder: one.fullPath('') };
          return download(channel, handle, bounds, signal, (error) => failureOf(error, channel, attempt), one.moved);
        }),
      ),
    write: (path, content, options) => {
      const { multipartFromBytes: resumeFromBytes, partBytes: checkpointBytes } = tuning;
      return run(options.signal, (one) => {
        requireName(path, problemOf(path));
        return upload(
          one,
          { times, turns, active, left, nowMs, resumeFromBytes, checkpointBytes },
          path,
          content,
          options,
        );
      });
    },
    remove: (path, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be removed', path, async () => {
          if (!(await reaches(one, channel, parentOf(path)))) return;
          const found = await look(channel, one.fullPath(path));
          if (found === null) return;
          if (kindOf(found) === 'folder')
            throw new StorageError('exists', `${JSON.stringify(path)} is a folder, not a file. It was left alone.`);
          await channel.remove(one.fullPath(path)).catch(unlessGone);
        }),
      ),
    removeFolder: (path, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be removed', path, async () => {
          if (!(await reaches(one, channel, parentOf(path)))) return;
          one.folders.forget();
          await channel.removeFolder(one.fullPath(path)).catch(async (error: unknown) => {
            if ((await look(channel, one.fullPath(path))) === null) return;
            if (statusOf(error) !== status.failure) throw error;
            throw new StorageError('exists', `The folder ${JSON.stringify(path)} is not empty. It was left alone.`);
          });
        }),
      ),
    makeFolder: (path, signal) =>
      run(signal, (one, channel) => {
        if (path !== '') requireName(path, problemOf(path));
        return about([one, channel], 'be made', path, () =>
          path === '' ? one.folders.makeRoot(channel) : one.folders.make(channel, path),
        );
      }),
    move: (from, to, signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be moved', from, async () => {
          requireName(to, problemOf(to));
          if (!(await reaches(one, channel, parentOf(from)))) throw notFound(from);
          const [source, target] = await Promise.all([from, to].map((path) => look(channel, one.fullPath(path))));
          if (!source || kindOf(source) !== 'file') throw notFound(from);
          if (from === to) return;
          requireReplaceable(target ? kindOf(target) : null, to);
          await one.folders.make(channel, parentOf(to));
          signal.throwIfAborted();
          await replace(channel, one, turns, one.fullPath(from), to, 'be moved here');
        }),
      ),
    space: (signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be asked for its room', '', async () => {
          if (!channel.can.statvfs) return null;
          const stats = await channel.statvfs(one.fullPath(''));
          return { totalBytes: stats.f_blocks * stats.f_frsize, freeBytes: stats.f_bavail * stats.f_frsize };
        }),
      ),
    probe: (signal) =>
      run(signal, (one, channel) =>
        about([one, channel], 'be reached', '', async () => {
          const folder = one.fullPath('');
          const found = await look(channel, folder);
          if (found === null || kindOf(found) !== 'folder') throw noRoot(one);
          const { server, fingerprint, keyType } = one.facts;
          return { server, fingerprint, key_type: keyType, user: config.username, folder };
        }),
      ),
    async close() {
      closed = true;
      await orAborted(tidy(), AbortSignal.timeout(tidyMs)).catch(() => {}); // a server that hangs is not waited for
      const last = await current?.catch(() => null);
      await last?.end();
    },
  };

  /** Uploads that were cancelled take away what they began; then goes what a lost connection left. */
  async function tidy(): Promise<void> {
    await Promise.allSettled(underWay);
    const one = left.size > 0 ? await current : null;
    if (!one || one.lost()) return;
    const channel = await one.channel();
    await Promise.allSettled([...left].map((path) => channel.remove(path)));
  }

  function noRoot(one: Session): StorageError {
    return new StorageError(
      'no_root',
      `The folder ${one.fullPath('')} is not there on ${named(config)}. Make it, or correct it.`,
    );
  }
}

/** What is gone already needs no removing. */
function unlessGone(error: unknown): void {
  if (statusOf(error) !== status.noSuchFile) throw error;
}
