import type { StorageDriver } from '../../src/storage/driver.ts';
import { createSftpDriver } from '../../src/storage/drivers/sftp/driver.ts';
import type { SftpConfig, SftpCredential } from '../../src/storage/drivers/sftp/schema.ts';
import type { DriverPorts, HostKeys } from '../../src/storage/port.ts';
import type { PlainSftp } from './plain-sftp.ts';
import type { Sshd } from './sshd.ts';

/** Host keys kept in memory, with what was pinned in order. */
export function rememberedKeys(): HostKeys & { pinned: Map<string, string> } {
  const pinned = new Map<string, string>();
  return {
    pinned,
    find: (host, port) => pinned.get(`${host}:${port}`) ?? null,
    pin: (host, port, fingerprint) => void pinned.set(`${host}:${port}`, fingerprint),
  };
}

export interface SftpDriverOptions {
  config?: Partial<SftpConfig>;
  credential?: Partial<SftpCredential>;
  ports?: Partial<DriverPorts>;
}

/** A driver for this server that signs in the way it likes, in small steps so that small files show what large ones do. */
export function sftpDriver(server: Sshd | PlainSftp, options: SftpDriverOptions = {}): StorageDriver {
  const byKey = 'privateKey' in server;
  const config: SftpConfig = {
    host: '127.0.0.1',
    port: server.port,
    username: server.user,
    remote_path: byKey ? server.folder : server.home,
    key_based_auth: byKey,
    ...options.config,
  };
  const credential: SftpCredential = {
    password: byKey ? null : server.password,
    private_key: byKey ? server.privateKey : null,
    passphrase: null,
    ...options.credential,
  };
  const { tuning, ...ports } = options.ports ?? {};
  return createSftpDriver(config, credential, {
    hostKeys: rememberedKeys(),
    ...ports,
    tuning: { multipartFromBytes: 1024 * 1024, partBytes: 1024 * 1024, ...tuning },
  });
}
