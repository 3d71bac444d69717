import type { StorageDriver } from '../driver.ts';

/** The calls that answer once; a flat listing answers page by page and is no such call. */
export type Call =
  | 'list'
  | 'stat'
  | 'read'
  | 'write'
  | 'remove'
  | 'removeFolder'
  | 'removeMany'
  | 'makeFolder'
  | 'move'
  | 'copy'
  | 'sweep'
  | 'space'
  | 'probe';

/** Makes one call, as often and when it likes, with a signal that ends no later than the caller's. `path` is its first. */
export type Around = <T>(
  call: Call,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  path: string,
) => Promise<T>;

/** A driver whose every call goes through `around`; `changes` take the place of whole methods. */
export function eachCall(
  driver: StorageDriver,
  around: Around,
  changes: Partial<Omit<StorageDriver, 'capabilities'>> = {},
): StorageDriver {
  const { listBelow, removeMany, copy, sweep } = driver;
  return {
    get capabilities() {
      return driver.capabilities;
    },
    list: (folder, signal) => around('list', signal, (inner) => driver.list(folder, inner), folder),
    stat: (path, signal) => around('stat', signal, (inner) => driver.stat(path, inner), path),
    read: (path, range, signal) => around('read', signal, (inner) => driver.read(path, range, inner), path),
    write: (path, content, options) =>
      around('write', options.signal, (signal) => driver.write(path, content, { ...options, signal }), path),
    remove: (path, signal) => around('remove', signal, (inner) => driver.remove(path, inner), path),
    removeFolder: (path, signal) => around('removeFolder', signal, (inner) => driver.removeFolder(path, inner), path),
    makeFolder: (path, signal) => around('makeFolder', signal, (inner) => driver.makeFolder(path, inner), path),
    move: (from, to, signal) => around('move', signal, (inner) => driver.move(from, to, inner), from),
    space: (signal) => around('space', signal, (inner) => driver.space(inner), ''),
    probe: (signal) => around('probe', signal, (inner) => driver.probe(inner), ''),
    close: () => driver.close(),
    ...(listBelow && { listBelow: (folder, signal) => listBelow.call(driver, folder, signal) }),
    ...(removeMany && {
      removeMany: (paths, signal) =>
        around('removeMany', signal, (inner) => removeMany.call(driver, paths, inner), paths[0] ?? ''),
    }),
    ...(copy && {
      copy: (from, to, signal) => around('copy', signal, (inner) => copy.call(driver, from, to, inner), from),
    }),
    ...(sweep && {
      sweep: (folder, keep, olderThanMs, signal) =>
        around('sweep', signal, (inner) => sweep.call(driver, folder, keep, olderThanMs, inner), folder),
    }),
    ...changes,
  };
}
