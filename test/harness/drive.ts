import type { ResumeSlot, StorageDriver } from '../../src/storage/driver.ts';
import { createGoogleDriveDriver } from '../../src/storage/drivers/google_drive/driver.ts';
import type { TokenSource, Tuning } from '../../src/storage/port.ts';

const kib = 1024;

/** Small enough that small files show what large ones do. */
export const driveSizes = { partBytes: 256 * kib, multipartFromBytes: 100 * kib } satisfies Tuning;

export interface DriveAccess {
  url: string;
  fingerprint: string;
}

export interface DriveOptions {
  folderId?: string;
  sharedDriveId?: string | null;
  tokens: TokenSource;
  tuning?: Tuning;
}

/** A driver that talks to a double of Google Drive. */
export const openDrive = ({ url, fingerprint }: DriveAccess, options: DriveOptions): StorageDriver =>
  createGoogleDriveDriver(
    { folder_id: options.folderId ?? 'root', shared_drive_id: options.sharedDriveId ?? null },
    { access_token: null, refresh_token: 'kept elsewhere', expires_at: null, client_id: null, client_secret: null },
    { tokens: options.tokens, tuning: options.tuning ?? driveSizes },
    { api: url, certificateSha256: fingerprint },
  );

/** Always the same token. */
export const oneToken = (accessToken: string): TokenSource => ({ get: async () => accessToken, reject() {} });

/** As a database keeps it: what comes out is what JSON made of what went in. */
export function memorySlot(first: unknown = null): ResumeSlot & { readonly kept: unknown } {
  let kept = JSON.stringify(first);
  return {
    get kept() {
      return JSON.parse(kept) as unknown;
    },
    load: () => JSON.parse(kept) as unknown,
    save(state) {
      kept = JSON.stringify(state);
    },
    clear() {
      kept = 'null';
    },
  };
}
