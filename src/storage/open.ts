import type { StorageDriver } from './driver.ts';
import type { GoogleDriveConfig, GoogleDriveCredential } from './drivers/google_drive/schema.ts';
import type { LocalConfig } from './drivers/local/schema.ts';
import type { OneDriveConfig, OneDriveCredential } from './drivers/onedrive/schema.ts';
import type { S3Config, S3Credential } from './drivers/s3/schema.ts';
import type { SftpConfig, SftpCredential } from './drivers/sftp/schema.ts';
import type { WebdavConfig, WebdavCredential } from './drivers/webdav/schema.ts';
import type { DriverPorts } from './port.ts';
import type { StorageKind } from './registry.ts';

/** Other places than Google's and Microsoft's own. Without a slash at the end, https. */
export interface CloudEndpoints {
  googleApi: string | null;
  microsoftGraph: string | null;
}

/**
 * The bare driver of one destination: one try, no waiting (see wrap/). Configuration and credential are as their schemas
 * cleaned them. Drivers and their libraries are loaded at the first use of their kind: the core starts without them.
 */
export async function openDriver(
  kind: StorageKind,
  config: object,
  credential: object | null,
  ports: DriverPorts,
  endpoints: CloudEndpoints,
): Promise<StorageDriver> {
  switch (kind) {
    case 'local': {
      const { createLocalDriver } = await import('./drivers/local/driver.ts');
      return createLocalDriver(config as LocalConfig);
    }
    case 's3': {
      const { createS3Driver } = await import('./drivers/s3/driver.ts');
      return createS3Driver(config as S3Config, credential as S3Credential, ports);
    }
    case 'sftp': {
      const { createSftpDriver } = await import('./drivers/sftp/driver.ts');
      return createSftpDriver(config as SftpConfig, credential as SftpCredential, ports);
    }
    case 'webdav': {
      const { createWebdavDriver } = await import('./drivers/webdav/driver.ts');
      return createWebdavDriver(config as WebdavConfig, credential as WebdavCredential, ports);
    }
    case 'google_drive': {
      const { createGoogleDriveDriver } = await import('./drivers/google_drive/driver.ts');
      const { googleApi } = endpoints;
      const from = [config as GoogleDriveConfig, credential as GoogleDriveCredential, ports] as const;
      return googleApi === null
        ? createGoogleDriveDriver(...from)
        : createGoogleDriveDriver(...from, { api: googleApi });
    }
    case 'onedrive': {
      const { createOneDriveDriver } = await import('./drivers/onedrive/driver.ts');
      return createOneDriveDriver(
        config as OneDriveConfig,
        credential as OneDriveCredential,
        ports,
        endpoints.microsoftGraph,
      );
    }
  }
}
