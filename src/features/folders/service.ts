import { dirname, join } from 'node:path';
import { toIso } from '../../core/clock.ts';
import { AppError, conflict, errnoOf, forbidden, invalid, notFound } from '../../core/errors.ts';
import { type DirHandle, makeFolder, openBelow, openRoot } from '../../lib/dirfd.ts';
import { disksOf } from '../../system/mounts/disks.ts';
import { mountOf } from '../../system/mounts/locate.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import type { Places } from '../../system/mounts/places.ts';
import { type Place, placeOf } from './allowed.ts';
import { listFolder } from './list.ts';
import type { BrowseView, SpaceView } from './schema.ts';

export interface FoldersService {
  /** The folder asked for, or the first allowed one that can be opened. */
  browse(path: string | undefined): Promise<BrowseView>;
  /** Makes one folder in an existing one; answers its normalised path. */
  make(path: string): Promise<string>;
  /** Room and disk of the filesystem a folder lies on. Throws unavailable when that does not answer. */
  space(path: string): Promise<SpaceView>;
  readonly allowedPaths: readonly string[];
}

export interface FoldersDeps {
  allowedPaths: readonly string[];
  places: Pick<Places, 'see'>;
}

/** Entries one answer holds at most: about 2 MB of JSON. */
export const maxEntries = 10_000;
/** Longest name Linux filesystems take. */
const maxNameBytes = 255;

/** A clock far off on some camera must not spoil the answer: clamped to the years an ISO time can name. */
const timeOf = (ms: number | null): string | null =>
  ms === null || !Number.isFinite(ms) ? null : toIso(Math.max(-62_167_219_200_000, Math.min(ms, 253_402_300_799_000)));

/** What the kernel said, for people. `path` was asked for by the caller and lies inside an allowed root. */
function wordError(error: unknown, path: string): unknown {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENAMETOOLONG':
      return notFound('Folder');
    case 'ENOTDIR':
      return invalid(`${path} is not a folder`);
    case 'ELOOP':
      return forbidden();
    case 'EACCES':
    case 'EPERM':
      return forbidden(`Dynamight has no permission for ${path}`);
    case 'EROFS':
      return forbidden(`${path} is on a read-only filesystem`);
    case 'EEXIST':
      return conflict(`${path} already exists`);
    case 'EINVAL':
    case 'EILSEQ':
      return invalid(`The filesystem cannot hold a folder of this name: ${path}`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('insufficient_space', `No space left for ${path}`);
    case 'EIO':
    case 'ESTALE':
    case 'ENXIO':
    case 'ENODEV':
    case 'ENOTCONN':
    case 'EHOSTDOWN':
    case 'ETIMEDOUT':
      return new AppError('unavailable', `${path} cannot be read. Check the drive or the network it is on.`, {
        cause: error,
      });
    default:
      return error;
  }
}

async function openPlace({ root, names }: Pick<Place, 'root' | 'names'>): Promise<DirHandle> {
  const top = await openRoot(root);
  try {
    return await openBelow(
      top,
      names.map((name) => Buffer.from(name)),
    );
  } finally {
    await top.close();
  }
}

/** Name rules for what we make ourselves; stricter than what is shown. */
function checkNewPath(path: string): void {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) throw invalid("Field 'path' must not contain control characters");
  if (path.split('/').some((part) => part === '.' || part === '..'))
    throw invalid("Field 'path' must not contain '.' or '..'");
}

export function createFoldersService({ allowedPaths, places }: FoldersDeps): FoldersService {
  const view = async (place: Place, dir: DirHandle): Promise<BrowseView> => {
    const { entries, truncated } = await listFolder(dir, maxEntries);
    return {
      path: place.path,
      parent: place.names.length === 0 ? null : dirname(place.path),
      entries: entries.map(({ name, kind, sizeBytes, modifiedMs }) => ({
        name,
        path: join(place.path, name),
        is_dir: kind === 'folder',
        size: sizeBytes,
        modified: timeOf(modifiedMs),
        kind,
      })),
      ...(truncated ? { truncated } : {}),
    };
  };
  const list = async (place: Place): Promise<BrowseView> => {
    try {
      const dir = await openPlace(place);
      try {
        return await view(place, dir);
      } finally {
        await dir.close();
      }
    } catch (error) {
      throw wordError(error, place.path);
    }
  };
  const firstThere = async (): Promise<BrowseView> => {
    for (const root of allowedPaths) {
      try {
        return await list({ path: root, root, names: [] });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }
    throw new AppError('not_found', 'None of the allowed folders is there. Mount one, or change ALLOWED_BROWSE_PATHS.');
  };

  return {
    allowedPaths,
    browse: async (path) => (path ? await list(placeOf(path, allowedPaths)) : await firstThere()),
    async make(path) {
      checkNewPath(path);
      const wanted = placeOf(path, allowedPaths);
      const parent = placeOf(dirname(wanted.path), allowedPaths);
      const name = Buffer.from(wanted.path.slice(wanted.path.lastIndexOf('/') + 1));
      if (name.length > maxNameBytes) throw invalid(`The name of a folder may be at most ${maxNameBytes} bytes long`);
      let above = parent.path;
      try {
        const dir = await openPlace(parent);
        above = wanted.path;
        try {
          await makeFolder(dir, name, 0o755);
        } finally {
          await dir.close();
        }
      } catch (error) {
        throw wordError(error, above);
      }
      return wanted.path;
    },
    async space(path) {
      const place = placeOf(path, allowedPaths);
      try {
        await (await openPlace(place)).close(); // never through a link
      } catch (error) {
        throw wordError(error, place.path);
      }
      const seen = await places.see(place.path);
      if (!seen) throw new AppError('unavailable', `${place.path} does not answer. Check the drive or the network.`);
      return {
        path: place.path,
        filesystem: seen.fsType,
        total_bytes: seen.space.totalBytes,
        free_bytes: seen.space.freeBytes,
        writable: !seen.readOnly,
        disks: disksOf(mountOf(place.path, readMounts())),
      };
    },
  };
}
