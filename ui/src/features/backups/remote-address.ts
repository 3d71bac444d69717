import { t } from '../../i18n/base.ts';

/** A place at a storage service, as its driver knows it. */
export interface RemotePlace {
  type: string;
  /** Fields of the destination; empty where there is none. */
  part: (name: string) => string;
}

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** Where a job writes in the network, as a person would say it: `photos/nas at s3.example.com`, `anna@nas.local:/backups`. */
export function remoteAddress({ type, part }: RemotePlace): string {
  const { at, port } = t().job.place;
  const join = (...names: string[]) =>
    names
      .map((name) => trimmed(part(name)))
      .filter(Boolean)
      .join('/');
  switch (type) {
    case 's3':
      return at(join('bucket', 'prefix'), part('endpoint') === '' ? 'AWS' : hostOf(part('endpoint')));
    case 'sftp': {
      const user = part('username') === '' ? '' : `${part('username')}@`;
      const host = part('host').includes(':') ? `[${part('host')}]` : part('host');
      const address = `${user}${host}:${part('remote_path')}`;
      return part('port') === '' || part('port') === '22' ? address : port(address, part('port'));
    }
    case 'webdav':
      return trimmed(part('remote_path')) === ''
        ? hostOf(part('url'))
        : at(trimmed(part('remote_path')), hostOf(part('url')));
    case 'onedrive':
      return trimmed(part('folder_path')) === '' ? 'OneDrive' : `OneDrive /${trimmed(part('folder_path'))}`;
    default:
      return 'Google Drive';
  }
}

/**
 * The `address` of a destination as the box writes it (`s3:https://s3.example.com/photos/nas`), in the same words. What
 * has another form, such as a folder of this box, stays as it is.
 */
export function readableAddress(address: string): string {
  const place = (type: string, parts: Record<string, string | undefined>) =>
    remoteAddress({ type, part: (name) => parts[name] ?? '' });
  const s3 = /^s3:(?:(https?:\/\/[^/]+)\/)?(.+)$/i.exec(address);
  if (s3) return place('s3', { endpoint: s3[1], bucket: s3[2] });
  const sftp = /^sftp:\/\/([^@/]*)@(.+):(\d+)\/(.*)$/.exec(address);
  if (sftp) return place('sftp', { username: sftp[1], host: sftp[2], port: sftp[3], remote_path: sftp[4] || '/' });
  const onedrive = /^onedrive:(.*)$/.exec(address);
  if (onedrive) return place('onedrive', { folder_path: onedrive[1] });
  if (address.startsWith('google_drive:')) return place('google_drive', {});
  return address.replace(/^https?:\/\//, '');
}
