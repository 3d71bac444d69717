import { googleDriveConfig, googleDriveCredential } from './drivers/google_drive/schema.ts';
import { localConfig } from './drivers/local/schema.ts';
import { oneDriveConfig, oneDriveCredential } from './drivers/onedrive/schema.ts';
import { s3Config, s3Credential } from './drivers/s3/schema.ts';
import { sftpConfig, sftpCredential } from './drivers/sftp/schema.ts';
import { webdavConfig, webdavCredential } from './drivers/webdav/schema.ts';
import type { FieldSet } from './fields.ts';

/** What a destination of this kind can do; member names and order as the API prints them. */
interface Capabilities {
  supports_delete: boolean;
  supports_compression: boolean;
  supports_checksum: boolean;
  supports_bandwidth_limit: boolean;
  supports_exclude_patterns: boolean;
  supports_incremental: boolean;
  supports_dry_run: boolean;
  requires_credentials: boolean;
}

/** What is known of a kind of storage without loading its driver. */
export interface StorageKindInfo {
  name: string;
  description: string;
  capabilities: Capabilities;
  /** Of `destination_config`. */
  config: FieldSet<object>;
  /** Of a credential's `data`, all of it stored sealed; null where none is needed. */
  credential: FieldSet<object> | null;
}

const able = (lacks: Partial<Capabilities>): Capabilities => ({
  supports_delete: true,
  supports_compression: true,
  supports_checksum: true,
  supports_bandwidth_limit: true,
  supports_exclude_patterns: true,
  supports_incremental: true,
  supports_dry_run: true,
  requires_credentials: true,
  ...lacks,
});

/** Every kind of destination, in the order people are shown them. */
export const storageKinds = {
  local: {
    name: 'Local / USB',
    description: 'Rsync to local or mounted drives',
    capabilities: able({ requires_credentials: false }),
    config: localConfig,
    credential: null,
  },
  s3: {
    name: 'AWS S3',
    description: 'S3 and S3-compatible storage',
    capabilities: able({ supports_compression: false }),
    config: s3Config,
    credential: s3Credential,
  },
  google_drive: {
    name: 'Google Drive',
    description: 'Google Drive folders and shared drives',
    capabilities: able({ supports_compression: false }),
    config: googleDriveConfig,
    credential: googleDriveCredential,
  },
  onedrive: {
    name: 'OneDrive',
    description: 'Microsoft OneDrive',
    capabilities: able({ supports_compression: false }),
    config: oneDriveConfig,
    credential: oneDriveCredential,
  },
  sftp: {
    name: 'SFTP',
    description: 'SSH/SFTP servers',
    capabilities: able({ supports_compression: false, supports_checksum: false }),
    config: sftpConfig,
    credential: sftpCredential,
  },
  webdav: {
    name: 'WebDAV',
    description: 'Nextcloud, ownCloud, generic WebDAV',
    capabilities: able({ supports_compression: false, supports_checksum: false }),
    config: webdavConfig,
    credential: webdavCredential,
  },
} as const satisfies Record<string, StorageKindInfo>;

export type StorageKind = keyof typeof storageKinds;
type ConfigOf<K extends StorageKind> = ReturnType<(typeof storageKinds)[K]['config']['parse']>;

export const isStorageKind = (type: string): type is StorageKind => Object.hasOwn(storageKinds, type);

/** A `destination_config` with its defaults filled in. Throws invalid_request naming `destination_config.<field>`. */
export const parseConfig = <K extends StorageKind>(type: K, config: unknown): ConfigOf<K> =>
  storageKinds[type].config.parse(config, 'destination_config') as ConfigOf<K>;

/**
 * True when an edited destination would send its secret to somebody else than before (host, port, URL, user, pinned
 * certificate …): whoever saves it must show that they know the secret.
 */
export function addresseeChanged(type: StorageKind, before: object, after: object): boolean {
  const [old, now] = [before, after] as Record<string, unknown>[];
  return storageKinds[type].config.addressees.some((name) => (old?.[name] ?? null) !== (now?.[name] ?? null));
}
