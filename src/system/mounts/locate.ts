import { join, relative } from 'node:path';
import type { Mount } from './mountinfo.ts';

/** A tree as its filesystem knows it, wherever it is mounted. */
export interface Region {
  device: string;
  /** Inside the filesystem, from its own root; in small letters where it makes no difference. */
  path: string;
}

/** `outer` is `inner` or a folder above it. Both absolute, without `..`. */
export const contains = (outer: string, inner: string): boolean =>
  outer === inner || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);

/**
 * The mount that shows `realPath` (absolute, links and `..` resolved). Follows the tree of mounts as the kernel does: of
 * several on one folder the last one counts, and one that a later mount further up has covered counts no more.
 */
export function mountOf(realPath: string, mounts: readonly Mount[]): Mount {
  const ids = new Set(mounts.map((mount) => mount.id));
  const above = mounts.filter((mount) => contains(mount.mountPoint, realPath));
  let at = longest(above.filter((mount) => !ids.has(mount.parentId) || mount.parentId === mount.id));
  if (at === undefined) throw new Error(`No mounted filesystem holds ${realPath}`);
  for (;;) {
    const { id } = at;
    const next = shortest(above.filter((mount) => mount.parentId === id && mount.id !== id));
    if (next === undefined) return at;
    at = next;
  }
}

const longest = (mounts: Mount[]): Mount | undefined =>
  mounts.reduce<Mount | undefined>(
    (best, mount) => (best && best.mountPoint.length > mount.mountPoint.length ? best : mount),
    undefined,
  );
const shortest = (mounts: Mount[]): Mount | undefined =>
  mounts.reduce<Mount | undefined>(
    (best, mount) => (best && best.mountPoint.length < mount.mountPoint.length ? best : mount),
    undefined,
  );

/** Filesystems that take `Photos` and `photos` for one folder; behind `fuseblk` may be one of them. */
const caseless = new Set(['vfat', 'msdos', 'exfat', 'fuseblk', 'ntfs', 'ntfs3', 'hfs', 'hfsplus', 'cifs', 'smb3']);

function regionIn(mount: Mount, pathBelow: string): Region {
  const path = join(mount.root, pathBelow);
  return { device: mount.device, path: caseless.has(mount.fsType) ? path.toLowerCase() : path };
}

/** Show the kernel's state, nobody's files, and are the same wherever they are mounted. */
const kernelViews = new Set(['proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'mqueue', 'nsfs', 'autofs']);

/** Every part of any filesystem with files that a walk from `realPath` down comes by: its own, and one per visible mount below it. */
export function regionsOf(realPath: string, mounts: readonly Mount[]): Region[] {
  const below = mounts.filter(
    (mount) =>
      mount.mountPoint !== realPath &&
      !kernelViews.has(mount.fsType) &&
      contains(realPath, mount.mountPoint) &&
      mountOf(mount.mountPoint, mounts) === mount,
  );
  const own = mountOf(realPath, mounts);
  return [regionIn(own, relative(own.mountPoint, realPath)), ...below.map((mount) => regionIn(mount, ''))];
}

/**
 * One tree is the other, lies in it, or shows a part of it through a mount: a copy from one to the other would copy
 * into itself or delete what it reads. Both paths as `resolveExisting` answers them.
 */
export function overlaps(realA: string, realB: string, mounts: readonly Mount[]): boolean {
  if (contains(realA, realB) || contains(realB, realA)) return true;
  const inB = regionsOf(realB, mounts);
  return regionsOf(realA, mounts).some((a) =>
    inB.some((b) => a.device === b.device && (contains(a.path, b.path) || contains(b.path, a.path))),
  );
}

/** A walk from `realOuter` down comes by what lies at `realInner`, also through a mount. Paths as `resolveExisting` answers them. */
export function shows(realOuter: string, realInner: string, mounts: readonly Mount[]): boolean {
  if (contains(realOuter, realInner)) return true;
  const [inner] = regionsOf(realInner, mounts);
  return (
    inner !== undefined &&
    regionsOf(realOuter, mounts).some((outer) => outer.device === inner.device && contains(outer.path, inner.path))
  );
}
