import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../../../test/servers/apache.ts';
import { startRadosgw } from '../../../test/servers/radosgw.ts';
import { startSshd } from '../../../test/servers/sshd.ts';
import { type Remote, sealed } from './rclone.ts';

/** An empty folder (or bucket) at a service that nobody used before. */
export interface CloudPlace {
  /** As a job of ours names it. */
  config: Record<string, unknown>;
  /** As rclone names it, behind the name of the remote. */
  path: string;
  /** Gives back its room. */
  remove(): Promise<void>;
}

/** A real server on the loopback, without TLS, that we and rclone are measured on. */
export interface CloudService {
  type: 's3' | 'sftp' | 'webdav';
  /** Of a credential of ours. */
  secret: Record<string, unknown>;
  /** The same server and account for rclone. */
  remote: Remote;
  place(): Promise<CloudPlace>;
  stop(): Promise<void>;
}

let places = 0;
const nextName = () => `place-${(places += 1)}`;

async function s3Service(): Promise<CloudService> {
  const server = await startRadosgw();
  const { accessKeyId, secretAccessKey } = server.user;
  return {
    type: 's3',
    secret: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
    remote: {
      type: 's3',
      provider: 'Ceph',
      endpoint: server.endpoint,
      access_key_id: accessKeyId,
      secret_access_key: secretAccessKey,
    },
    async place() {
      const bucket = await server.makeBucket(nextName());
      return {
        config: { bucket, prefix: '', region: server.region, endpoint: server.endpoint },
        path: bucket,
        // Else the parts of large files stay for hours, until its collector comes by.
        remove: async () =>
          void (await server.admin('bucket', 'rm', `--bucket=${bucket}`, '--purge-objects', '--bypass-gc')),
      };
    },
    stop: server.stop,
  };
}

async function sftpService(dir: string): Promise<CloudService> {
  // An account for files alone: to one with a shell rclone starts a program for every file, and is many times slower.
  const server = await startSshd({ config: ['ForceCommand internal-sftp'] });
  const keyFile = join(dir, 'sftp-key');
  writeFileSync(keyFile, server.privateKey, { mode: 0o600 });
  return {
    type: 'sftp',
    secret: { private_key: server.privateKey },
    remote: {
      type: 'sftp',
      host: '127.0.0.1',
      port: `${server.port}`,
      user: server.user,
      key_file: keyFile,
      shell_type: 'none',
    },
    async place() {
      const folder = join(server.folder, nextName());
      mkdirSync(folder);
      const address = { host: '127.0.0.1', port: server.port, username: server.user, key_based_auth: true };
      return {
        config: { ...address, remote_path: folder },
        path: folder,
        remove: async () => rmSync(folder, { recursive: true }),
      };
    },
    stop: server.stop,
  };
}

async function webdavService(): Promise<CloudService> {
  const server = await startApache({ auth: 'basic' });
  const { url, user, password } = server;
  return {
    type: 'webdav',
    secret: { username: user, password },
    remote: { type: 'webdav', vendor: 'other', url, user, pass: sealed(password) },
    async place() {
      const name = nextName();
      const folder = join(server.folder, name);
      const { uid, gid } = statSync(server.folder);
      mkdirSync(folder);
      chownSync(folder, uid, gid);
      return {
        config: { url, remote_path: `/${name}` },
        path: name,
        remove: async () => rmSync(folder, { recursive: true }),
      };
    },
    stop: server.stop,
  };
}

/** @param dir for the key of the SFTP account; `stop` leaves it alone */
export const startService = (type: CloudService['type'], dir: string): Promise<CloudService> =>
  ({ s3: s3Service, sftp: () => sftpService(dir), webdav: webdavService })[type]();
