import type { StorageDriver } from '../../src/storage/driver.ts';
import { createOneDriveDriver } from '../../src/storage/drivers/onedrive/driver.ts';
import type { TokenSource, Tuning } from '../../src/storage/port.ts';
import type { OneDriveDouble } from '../servers/onedrive.ts';

export interface OneDriveAccess {
  folder?: string;
  driveId?: string | null;
  tokens?: TokenSource;
  tuning?: Tuning;
  now?: () => number;
}

/** Small enough that small files show what large ones do. */
export const oneDrivePartBytes = 320 * 1024;

/** A driver that talks to a double of OneDrive, with the token that is good at the moment. */
export const openOneDrive = (
  double: Pick<OneDriveDouble, 'graphUrl' | 'fingerprint' | 'token'>,
  access: OneDriveAccess = {},
): StorageDriver =>
  createOneDriveDriver(
    { folder_path: access.folder ?? '/Backups', drive_id: access.driveId ?? null },
    {
      access_token: null,
      refresh_token: 'kept elsewhere',
      expires_at: null,
      client_id: null,
      client_secret: null,
      tenant: null,
    },
    {
      tokens: access.tokens ?? { get: async () => double.token, reject() {} },
      tuning: access.tuning ?? { partBytes: oneDrivePartBytes },
      ...(access.now ? { now: access.now } : {}),
    },
    double.graphUrl,
    double.fingerprint,
  );
