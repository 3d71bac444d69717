import { StorageError } from '../../errors.ts';
import type { DriveApi } from './api.ts';
import { folderType } from './items.ts';
import type { GoogleDriveConfig } from './schema.ts';

export interface Root {
  /** Its true ID: `root` is only a name for it. */
  id: string;
  name: string;
  /** Of the shared drive it lies in; null in My Drive. */
  driveId: string | null;
  writable: boolean;
}

export interface Roots {
  /** Asked for once. Throws `no_root` when the folder is not there, is no folder, or lies in the trash. */
  get(signal: AbortSignal): Promise<Root>;
  /** The same, asked for now. */
  look(signal: AbortSignal): Promise<Root>;
  forget(): void;
}

const missing = (problem: string): StorageError =>
  new StorageError('no_root', `The folder of the backup ${problem}. Look at the folder's ID in the destination.`);

export function createRoots(api: DriveApi, config: GoogleDriveConfig): Roots {
  const { shared_drive_id: sharedDrive } = config;
  // The folder at the top of a shared drive has the drive's own ID.
  const wanted = config.folder_id === 'root' && sharedDrive !== null ? sharedDrive : config.folder_id;
  let known: Root | null = null;

  async function look(signal: AbortSignal): Promise<Root> {
    const file = await api
      .call(
        'Looking for the folder of the backup',
        (drive, options) =>
          drive.files.get(
            {
              fileId: wanted,
              fields: 'id,name,mimeType,trashed,driveId,capabilities(canAddChildren)',
              supportsAllDrives: true,
            },
            options,
          ),
        signal,
      )
      .catch((error: unknown) => {
        if (error instanceof StorageError && error.code === 'not_found')
          throw missing('is not there, or is not shared with this account');
        throw error;
      });
    if (!file.id) throw new StorageError('protocol', 'Google Drive told of a folder without its ID.');
    if (file.mimeType !== folderType) throw missing('is something else: a file, a document or a shortcut');
    if (file.trashed === true) throw missing('lies in the trash');
    const driveId = file.driveId ?? null;
    if (sharedDrive !== null && driveId !== sharedDrive) throw missing('does not lie in this shared drive');
    known = {
      id: file.id,
      name: file.name ?? '',
      driveId,
      writable: file.capabilities?.canAddChildren !== false,
    };
    return known;
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      return known ?? look(signal);
    },
    look,
    forget() {
      known = null;
    },
  };
}
