import type { StorageKind } from '../../storage/registry.ts';

/** A folder above the one of a destination. */
interface FolderAbove {
  /** The destination's configuration, with this folder in it. */
  config: object;
  /** What is to lie in it and was not there. */
  missing: string;
}

/** Kinds whose folder a run makes, and how far above it: of an absolute path all but the last name may be a mount. */
const made: Partial<Record<StorageKind, { field: string; levels: number }>> = {
  sftp: { field: 'remote_path', levels: 1 },
  webdav: { field: 'remote_path', levels: Number.POSITIVE_INFINITY },
  onedrive: { field: 'folder_path', levels: Number.POSITIVE_INFINITY },
};

/** Where a test looks while the folder of a destination is still to be made by its first run, nearest first. */
export function foldersAbove(type: StorageKind, config: object): FolderAbove[] {
  const { field, levels } = made[type] ?? { field: '', levels: 0 };
  const path = (config as Record<string, unknown>)[field];
  if (typeof path !== 'string') return [];
  const names = path.split('/').filter((name) => name !== '');
  const start = path.startsWith('/') ? '/' : '';
  return names
    .map((missing, depth) => ({ config: { ...config, [field]: start + names.slice(0, depth).join('/') }, missing }))
    .reverse()
    .slice(0, levels);
}
