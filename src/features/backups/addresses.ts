import type { StorageKind } from '../../storage/registry.ts';
import { destinationAddress } from './destination.ts';
import type { DestinationConfig, LocalDestination } from './model.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const joined = (...parts: unknown[]): string =>
  parts
    .map((part) => text(part).replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');

const remote: Record<Exclude<StorageKind, 'local'>, (config: Record<string, unknown>) => string> = {
  s3: ({ endpoint, bucket, prefix }) => `s3:${joined(endpoint, bucket, prefix)}`,
  google_drive: ({ shared_drive_id, folder_id }) => `google_drive:${joined(shared_drive_id, folder_id)}`,
  onedrive: ({ drive_id, folder_path }) => `onedrive:${joined(drive_id, folder_path)}`,
  sftp: ({ username, host, port, remote_path }) =>
    `sftp://${text(username)}@${text(host)}:${Number(port)}/${text(remote_path).replace(/\/+$/, '')}`,
  webdav: ({ url, remote_path }) => joined(url, remote_path),
};

/** Where a job writes, in one line for people; holds no secret. The same for all jobs that share the destination. */
export const addressOf = (type: string, config: DestinationConfig): string =>
  type === 'local'
    ? destinationAddress(config as LocalDestination)
    : remote[type as keyof typeof remote](config as Record<string, unknown>);
