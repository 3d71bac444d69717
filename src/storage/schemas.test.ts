import { describe, expect, test } from 'bun:test';
import { AppError } from '../core/errors.ts';
import { addresseeChanged, isStorageKind, parseConfig, type StorageKind, storageKinds } from './registry.ts';

/** The sentence a value is refused with; fails when it is taken. */
function refusal(read: () => unknown): string {
  try {
    return `taken: ${JSON.stringify(read())}`;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return error.message;
    throw error;
  }
}

const good = {
  local: { mount_point: '/mnt/backup' },
  s3: { bucket: 'my-backup-bucket', region: 'us-east-1' },
  google_drive: { folder_id: '1AbC_d-e' },
  onedrive: { folder_path: '/Backups/server1' },
  sftp: { host: 'backup.example.com', username: 'backup', remote_path: '/backups' },
  webdav: { url: 'https://cloud.example.com/dav/', remote_path: '/backups' },
} satisfies Record<StorageKind, object>;

describe('a destination', () => {
  test('of each kind is completed with its defaults', () => {
    expect(parseConfig('local', good.local)).toEqual({
      mount_point: '/mnt/backup',
      backup_subdir: '',
      usb_uuid: null,
      usb_uuids: [],
      auto_mount: false,
      auto_unmount: false,
      run_on_plug: false,
    });
    expect(parseConfig('s3', good.s3)).toEqual({
      ...good.s3,
      prefix: '',
      endpoint: null,
      certificate_sha256: null,
      storage_class: 'STANDARD',
    });
    expect(parseConfig('google_drive', good.google_drive)).toEqual({ ...good.google_drive, shared_drive_id: null });
    expect(parseConfig('onedrive', good.onedrive)).toEqual({ ...good.onedrive, drive_id: null });
    expect(parseConfig('sftp', good.sftp)).toEqual({ ...good.sftp, port: 22, key_based_auth: false });
    expect(parseConfig('webdav', good.webdav)).toEqual({ ...good.webdav, certificate_sha256: null });
  });

  test('as the text prints it stays as it was typed', () => {
    const printed = {
      local: {
        mount_point: '/mnt/backup',
        backup_subdir: 'daily',
        usb_uuid: '1234-5678',
        auto_mount: true,
        auto_unmount: true,
      },
      s3: {
        bucket: 'my-backup-bucket',
        prefix: 'backups/server1/',
        region: 'us-east-1',
        endpoint: null,
        storage_class: 'STANDARD',
      },
      sftp: {
        host: 'backup.example.com',
        port: 22,
        username: 'backup',
        remote_path: '/backups',
        key_based_auth: false,
      },
    };
    expect(parseConfig('local', printed.local)).toMatchObject(printed.local);
    expect(parseConfig('s3', printed.s3)).toMatchObject(printed.s3);
    expect(parseConfig('sftp', printed.sftp)).toEqual(printed.sftp);
  });

  const taken: [StorageKind, object, object][] = [
    ['local', { mount_point: '/mnt//backup/./x/' }, { mount_point: '/mnt/backup/x' }],
    ['local', { mount_point: '/mnt/a/../b' }, { mount_point: '/mnt/b' }],
    ['local', { mount_point: '/' }, { mount_point: '/' }],
    ['local', { mount_point: '/mnt/-e, $(id) Größe' }, { mount_point: '/mnt/-e, $(id) Größe' }],
    ['local', { backup_subdir: 'a//b/./c/' }, { backup_subdir: 'a/b/c' }],
    ['local', { backup_subdir: null }, { backup_subdir: '' }],
    ['local', { usb_uuid: '' }, { usb_uuid: null }],
    ['local', { usb_uuid: '1234' }, { usb_uuid: '1234' }],
    ['local', { usb_uuid: '01D7A3C5F2B4E680' }, { usb_uuid: '01D7A3C5F2B4E680' }],
    ['local', { usb_uuid: 'c2a1f7d0-0000-4000-8000-1234567890ab' }, {}],
    [
      'local',
      { usb_uuids: ['AAAA-0001', 'AAAA-0002', 'AAAA-0001'] },
      { usb_uuid: 'AAAA-0001', usb_uuids: ['AAAA-0001', 'AAAA-0002'] },
    ],
    ['s3', { endpoint: 'http://192.168.1.10:9000' }, { endpoint: 'http://192.168.1.10:9000' }],
    ['s3', { endpoint: 'https://[fd00::5]:9000/s3' }, {}],
    ['google_drive', { folder_id: 'root' }, { folder_id: 'root' }],
    ['onedrive', { folder_path: '/' }, { folder_path: '/' }],
    ['onedrive', { drive_id: 'b!AbC-d_e' }, { drive_id: 'b!AbC-d_e' }],
    ['sftp', { host: '[fd00::5]' }, { host: 'fd00::5' }],
    ['sftp', { username: 'DOMAIN.user@host' }, {}],
    ['sftp', { remote_path: 'backups/mine' }, { remote_path: 'backups/mine' }],
  ];
  for (const [kind, change, expected] of taken)
    test(`${kind} takes ${JSON.stringify(change)}`, () => {
      expect(parseConfig(kind, { ...good[kind], ...change })).toMatchObject(expected);
    });

  const refused: [StorageKind, object, string][] = [
    ['local', { mount_point: undefined }, "Field 'destination_config.mount_point' is required"],
    ['local', { mount_point: '' }, "'destination_config.mount_point' must not be empty"],
    ['local', { mount_point: 'mnt/backup' }, 'must be an absolute path'],
    ['local', { mount_point: '-e/tmp/x' }, 'must be an absolute path'],
    ['local', { mount_point: '/mnt/a\nb' }, 'control characters'],
    ['local', { mount_point: '/mnt/\u0000' }, 'control characters'],
    ['local', { mount_point: '/mnt/\ud800' }, 'control characters'],
    ['local', { mount_point: `/${'x'.repeat(5000)}` }, 'at most 4096 characters'],
    ['local', { mount_point: 7 }, 'must be a string'],
    ['local', { backup_subdir: '/etc' }, 'must be relative'],
    ['local', { backup_subdir: '../etc' }, "must not contain '..'"],
    ['local', { backup_subdir: 'a/../../etc' }, "must not contain '..'"],
    ['local', { backup_subdir: '.dynamight/history' }, 'must not lie in .dynamight'],
    ['local', { usb_uuid: '123' }, 'filesystem UUID'],
    ['local', { usb_uuid: '-123-5678' }, 'filesystem UUID'],
    ['local', { usb_uuid: '1234-567G' }, 'filesystem UUID'],
    ['local', { usb_uuid: '../../dev/sda' }, 'filesystem UUID'],
    ['local', { usb_uuid: 'a'.repeat(37) }, 'at most 36'],
    ['local', { usb_uuids: '1234-5678' }, 'must be a list'],
    ['local', { usb_uuids: ['1234-5678', 'x'] }, "'destination_config.usb_uuids.1' must be a filesystem UUID"],
    ['local', { usb_uuid: 'AAAA-0002', usb_uuids: ['AAAA-0001'] }, 'must begin with usb_uuid'],
    ['local', { auto_mount: 'yes' }, "'destination_config.auto_mount' must be true or false"],
    ['local', { bucket: 'x' }, "'destination_config.bucket' is not known here. Known: mount_point"],
    ['s3', { bucket: 'a' }, 'must be a bucket name'],
    ['s3', { bucket: 'a/b/c' }, 'must be a bucket name'],
    ['s3', { bucket: '--endpoint-url' }, 'must be a bucket name'],
    ['s3', { prefix: '/backups' }, "must not begin with '/'"],
    ['s3', { prefix: 'a/../b' }, "must not contain '.' or '..'"],
    ['s3', { region: undefined }, "'destination_config.region' is required"],
    ['s3', { region: 'us east' }, 'must be a region name'],
    ['s3', { storage_class: 'DEEP_ARCHIVE' }, 'must be one of "STANDARD"'],
    ['s3', { storage_class: 'toString' }, 'must be one of "STANDARD"'],
    ['s3', { endpoint: 'minio.local:9000' }, 'must begin with http:// or https://'],
    ['s3', { endpoint: 'file:///etc/passwd' }, 'must begin with http:// or https://'],
    ['s3', { endpoint: 'gopher://x' }, 'must begin with http:// or https://'],
    ['s3', { endpoint: 'http://169.254.169.254/' }, 'metadata'],
    ['s3', { endpoint: 'http://0xa9fea9fe/' }, 'metadata'],
    ['s3', { endpoint: 'http://[::ffff:169.254.169.254]:80/' }, 'metadata'],
    ['s3', { endpoint: 'http://0/' }, 'unspecified'],
    ['s3', { endpoint: 'http://2130706433/' }, 'four decimal numbers'],
    ['s3', { endpoint: 'http:///x' }, 'no host name'],
    ['google_drive', { folder_id: undefined }, "'destination_config.folder_id' is required"],
    ['google_drive', { folder_id: "x' or '1'='1" }, 'must be an ID'],
    ['onedrive', { folder_path: '/a/../b' }, "'.' or '..'"],
    ['onedrive', { folder_path: '/a:b' }, 'must not contain any of'],
    ['onedrive', { folder_path: '/a /b' }, 'ends with a space'],
    ['sftp', { host: undefined }, "'destination_config.host' is required"],
    ['sftp', { host: '-oProxyCommand=id' }, 'must be a host name'],
    ['sftp', { host: 'user@host' }, 'is no host name'],
    ['sftp', { host: 'a_b' }, 'must be a host name'],
    ['sftp', { host: 'a..b' }, 'must be a host name'],
    ['sftp', { host: 'host;id' }, 'must be a host name'],
    ['sftp', { host: '169.254.169.254' }, 'metadata'],
    ['sftp', { host: 'fe80::1%eth0' }, 'link-local'],
    ['sftp', { port: 0 }, 'must be a whole number from 1 to 65535'],
    ['sftp', { port: 65_536 }, 'must be a whole number from 1 to 65535'],
    ['sftp', { port: 22.5 }, 'must be a whole number from 1 to 65535'],
    ['sftp', { port: '22' }, 'must be a whole number from 1 to 65535'],
    ['sftp', { username: '-l' }, 'must be a user name'],
    ['sftp', { username: 'a b' }, 'must be a user name'],
    ['sftp', { username: 'a'.repeat(129) }, 'at most 128'],
    ['sftp', { remote_path: '/a/../../etc' }, "'.' or '..'"],
    ['webdav', { url: 'https://user:hunter2@cloud.example.com/' }, 'must not contain a user name or password'],
    ['webdav', { url: 'https://cloud.example.com\\@evil.example' }, 'spaces or backslashes'],
    ['webdav', { url: 'https://cloud.example.com/?x=1' }, 'must not contain ? or #'],
    ['webdav', { url: 'https://cloud.example.com/a/%2e%2E/b' }, "must not contain '.' or '..'"],
    ['webdav', { url: 'http://[fe80::1]/' }, 'link-local'],
    ['webdav', { url: 'https://cloud.example.com:99999/' }, 'must be an http or https address'],
    ['webdav', { remote_path: '..' }, "'.' or '..'"],
  ];
  for (const [kind, change, why] of refused)
    test(`${kind} refuses ${JSON.stringify(change).slice(0, 60)}`, () => {
      const message = refusal(() => parseConfig(kind, { ...good[kind], ...change }));
      expect(message).toStartWith("Field 'destination_config.");
      expect(message).toContain(why);
      expect(message).not.toContain('hunter2');
    });

  test('that is no object is refused as a whole', () => {
    for (const input of ['text', null, ['a'], 7])
      expect(refusal(() => parseConfig('s3', input))).toBe("Field 'destination_config' must be an object");
  });

  test('cannot smuggle in a prototype', () => {
    const input = JSON.parse('{"bucket":"abc","region":"eu","__proto__":{"prefix":"x"}}');
    expect(refusal(() => parseConfig('s3', input))).toContain("'destination_config.__proto__' is not known");
    expect(isStorageKind('__proto__') || isStorageKind('constructor')).toBe(false);
  });

  test('asks for the secret again exactly when it would go somewhere else', () => {
    const sftp = parseConfig('sftp', good.sftp);
    expect(addresseeChanged('sftp', sftp, { ...sftp, remote_path: '/other' })).toBe(false);
    for (const change of [{ host: 'evil.example' }, { port: 2222 }, { username: 'root' }])
      expect(addresseeChanged('sftp', sftp, { ...sftp, ...change })).toBe(true);
    expect(addresseeChanged('webdav', good.webdav, { ...good.webdav, url: 'http://evil.example/' })).toBe(true);
    const s3 = parseConfig('s3', good.s3);
    expect(addresseeChanged('s3', s3, { ...s3, endpoint: 'http://evil.example/' })).toBe(true);
    expect(addresseeChanged('s3', s3, { ...s3, bucket: 'other' })).toBe(false);
    expect(addresseeChanged('s3', s3, { ...s3, certificate_sha256: 'ab'.repeat(32) })).toBe(true);
    const { certificate_sha256: _, ...before } = parseConfig('webdav', good.webdav);
    expect(addresseeChanged('webdav', before, parseConfig('webdav', good.webdav))).toBe(false);
  });
});

describe('a credential', () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';
  const read = (kind: StorageKind, data: unknown) => storageKinds[kind].credential?.parse(data, 'data');

  const taken: [StorageKind, object][] = [
    ['s3', { access_key_id: 'AKIA', secret_access_key: 'a/b+c', session_token: 't' }],
    ['sftp', { password: ' p ä ' }],
    ['sftp', { private_key: key }],
    ['sftp', { private_key: key, passphrase: 'x' }],
    ['webdav', { username: 'user', password: 'p:w' }],
    ['webdav', { token: 'abc.def' }],
    ['google_drive', { refresh_token: '1//0eXx' }],
    ['onedrive', { refresh_token: 'M.R3', client_id: 'id', client_secret: 's', tenant: 'common', expires_at: 0 }],
  ];
  for (const [kind, data] of taken)
    test(`of ${kind} takes ${Object.keys(data).join(' + ')}`, () => expect(read(kind, data)).toMatchObject(data));

  test('keeps a key whatever line ends it was pasted with', () => {
    expect(read('sftp', { private_key: `\r\n${key.replaceAll('\n', '\r\n')}` })).toMatchObject({ private_key: key });
  });

  const refused: [StorageKind, object, string][] = [
    ['s3', { access_key_id: 'AKIA' }, "Field 'data.secret_access_key' is required"],
    ['s3', { access_key_id: 'AKIA', secret_access_key: '' }, "'data.secret_access_key' must not be empty"],
    ['s3', { access_key_id: 'AKIA', secret_access_key: 'hunter2\n' }, 'control characters'],
    ['s3', { access_key_id: 'AKIA', secret_access_key: ['hunter2'] }, 'must be a string'],
    ['s3', { access_key_id: 'hunter2 hunter2', secret_access_key: 'x' }, "'data.access_key_id' must be letters"],
    ['sftp', {}, "'data.password' is required, or a private_key instead"],
    ['sftp', { password: 'hunter2', private_key: key }, "'data.password' must be left out"],
    ['sftp', { password: 'x', passphrase: 'hunter2' }, "'data.passphrase' belongs to a private_key"],
    ['sftp', { private_key: 'ssh-ed25519 hunter2' }, 'must be a private key in PEM or OpenSSH form'],
    ['sftp', { private_key: `${key}\u0000hunter2` }, 'control characters'],
    ['webdav', { username: 'user' }, "'data.password' is required"],
    ['webdav', { password: 'hunter2' }, "'data.username' is required"],
    ['webdav', { username: 'a:b', password: 'hunter2' }, "'data.username' must be a user name without ':'"],
    ['webdav', { token: 'hunter2', username: 'user' }, "'data.token' must be left out"],
    ['google_drive', { access_token: 'hunter2' }, "'data.refresh_token' is required"],
    ['google_drive', { refresh_token: 'hunter2', expires_at: '2026' }, "'data.expires_at' must be a whole number"],
    ['google_drive', { refresh_token: 'hunter2', tenant: 'x' }, "'data.tenant' is not known here"],
    ['onedrive', { refresh_token: 'hunter2', tenant: '../x' }, "'data.tenant' must be a tenant"],
  ];
  for (const [kind, data, why] of refused)
    test(`of ${kind} refuses ${JSON.stringify(data).slice(0, 60)}`, () => {
      const message = refusal(() => read(kind, data));
      expect(message).toStartWith("Field 'data");
      expect(message).toContain(why);
      expect(message).not.toContain('hunter2');
    });

  test('masks every field that is secret', () => {
    const secret = Object.values(storageKinds).flatMap((kind) =>
      (kind.credential?.fields ?? []).filter((field) => field.secret).map((field) => field.name),
    );
    expect([...new Set(secret)].sort()).toEqual([
      'access_token',
      'client_secret',
      'passphrase',
      'password',
      'private_key',
      'refresh_token',
      'secret_access_key',
      'session_token',
      'token',
    ]);
  });
});
