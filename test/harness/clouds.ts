import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApache } from '../servers/apache.ts';
import { type ChaosProxy, startChaosProxy } from '../servers/chaos-proxy.ts';
import { startGoogleDrive } from '../servers/google-drive.ts';
import { startNextcloud } from '../servers/nextcloud.ts';
import { startOneDrive } from '../servers/onedrive.ts';
import type { StoredItem } from '../servers/onedrive-items.ts';
import { startRadosgw } from '../servers/radosgw.ts';
import { startSshd } from '../servers/sshd.ts';
import { tempDir } from './temp.ts';

/** Paths below a job's folder: the SHA-256 of a file, or `folder`. */
export type Seen = Map<string, string>;

/** A fresh folder at a service, as a person would write it into a job. */
export interface CloudPlace {
  config: Record<string, string | number | boolean>;
  /** What lies there, as another client sees it; without our own records. */
  seen(): Promise<Seen>;
  /** Only the paths, where that is much cheaper. */
  paths?(): Promise<string[]>;
}

/** One storage service of the tests. Everything the box sends goes through `network`. */
export interface Cloud {
  name: string;
  type: string;
  secret: Record<string, unknown>;
  network: ChaosProxy;
  /** Empty folders are kept. */
  keepsFolders: boolean;
  /** Goes on with a large upload where it stopped. */
  resumes: boolean;
  place(): Promise<CloudPlace>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const isOurs = (path: string): boolean => path === '.dynamight' || path.startsWith('.dynamight/');

/** A folder of this machine. Links and special files are left out, as backups to services do. */
export function seenIn(dir: string, folders = true): Seen {
  const seen: Seen = new Map();
  const walk = (below: string) => {
    for (const name of readdirSync(join(dir, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (isOurs(path)) continue;
      const entry = lstatSync(join(dir, path));
      if (entry.isFile()) seen.set(path, sha256(readFileSync(join(dir, path))));
      if (!entry.isDirectory()) continue;
      if (folders) seen.set(path, 'folder');
      walk(path);
    }
  };
  walk('');
  return seen;
}

/** In one order, so that two can be compared. */
const sorted = (seen: Seen): Seen =>
  new Map([...seen].filter(([path]) => !isOurs(path)).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A source as it shall be seen in its landing. */
export function expected(landing: string, source: string, folders: boolean): Seen {
  const inside = [...seenIn(source, folders)].map(([path, what]) => [`${landing}/${path}`, what] as const);
  return sorted(new Map([...(folders ? [[landing, 'folder'] as const] : []), ...inside]));
}

let serial = 0;
const nextName = () => `place-${(serial += 1)}`;

export async function s3Cloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startRadosgw>> }> {
  const server = await startRadosgw();
  const scratch = tempDir('rclone');
  const network = await startChaosProxy({ port: server.port }, { http: true });
  return {
    server,
    name: 'S3',
    type: 's3',
    secret: { access_key_id: server.user.accessKeyId, secret_access_key: server.user.secretAccessKey },
    network,
    keepsFolders: false,
    resumes: true,
    async place() {
      const [bucket, prefix] = [await server.makeBucket(), `${nextName()}/`];
      const { accessKeyId, secretAccessKey } = server.user;
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
      const remote = `:s3,provider=Ceph,env_auth=true,endpoint="${server.endpoint}":${bucket}/${prefix}`;
      const rclone = async (...args: string[]): Promise<string> => {
        const { AWS_CA_BUNDLE: _, ...env } = process.env;
        return (await run('rclone', args, { env: { ...env, ...keys, RCLONE_CONFIG: '/dev/null' } })).stdout;
      };
      return {
        config: { bucket, prefix, region: server.region, endpoint: `http://127.0.0.1:${network.port}` },
        async seen() {
          const into = mkdtempSync(join(scratch, 'seen-'));
          await rclone('copy', '--retries=1', '--transfers=16', remote, into);
          const seen = seenIn(into, false);
          rmSync(into, { recursive: true });
          return sorted(seen);
        },
        paths: async () =>
          (await rclone('lsf', '-R', '--files-only', remote))
            .split('\n')
            .filter((path) => path !== '' && !isOurs(path)),
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

export async function sftpCloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startSshd>> }> {
  const server = await startSshd();
  const network = await startChaosProxy({ port: server.port });
  return {
    server,
    name: 'SFTP',
    type: 'sftp',
    secret: { private_key: server.privateKey },
    network,
    keepsFolders: true,
    resumes: true,
    async place() {
      const folder = join(server.folder, nextName());
      mkdirSync(folder);
      return {
        config: {
          host: '127.0.0.1',
          port: network.port,
          username: server.user,
          remote_path: folder,
          key_based_auth: true,
        },
        seen: async () => sorted(seenIn(folder)),
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

export async function apacheCloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startApache>> }> {
  const server = await startApache({ auth: 'digest' });
  const scratch = tempDir('curl');
  const network = await startChaosProxy({ port: server.port }, { http: true });
  /** Names from the disk, bytes from the server: by curl, which knows nothing of us. */
  const fetchAll = (folder: string): Seen => {
    const [onDisk, into] = [seenIn(join(server.folder, folder)), mkdtempSync(join(scratch, 'seen-'))];
    const files = [...onDisk].filter(([, what]) => what !== 'folder').map(([path]) => path);
    const address = (path: string) => `${server.url}${folder}/${path.split('/').map(encodeURIComponent).join('/')}`;
    const lines = files.map((path, n) => `url = "${address(path)}"\noutput = "${into}/${n}"\n`);
    const head = `digest\nsilent\nfail\nuser = "${server.user}:${server.password}"\n`;
    const got = spawnSync('curl', ['-K', '-'], { input: head + lines.join(''), encoding: 'utf8' });
    if (files.length > 0 && got.status !== 0) throw new Error(`curl ended with ${got.status}: ${got.stderr}`);
    // curl makes no file for an empty answer
    const bytesOf = (n: number) =>
      statSync(join(into, `${n}`), { throwIfNoEntry: false }) ? readFileSync(join(into, `${n}`)) : '';
    for (const [n, path] of files.entries()) onDisk.set(path, sha256(bytesOf(n)));
    rmSync(into, { recursive: true });
    return sorted(onDisk);
  };
  return {
    server,
    name: 'WebDAV (Apache, digest)',
    type: 'webdav',
    secret: { username: server.user, password: server.password },
    network,
    keepsFolders: true,
    resumes: false,
    async place() {
      const folder = nextName();
      const { uid, gid } = statSync(server.folder);
      mkdirSync(join(server.folder, folder));
      chownSync(join(server.folder, folder), uid, gid);
      return {
        config: { url: `http://127.0.0.1:${network.port}/`, remote_path: `/${folder}` },
        seen: async () => fetchAll(folder),
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

export async function nextcloudCloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startNextcloud>> }> {
  const server = await startNextcloud();
  const network = await startChaosProxy({ port: server.port }, { http: true });
  return {
    server,
    name: 'WebDAV (Nextcloud)',
    type: 'webdav',
    secret: { username: server.user, password: server.password },
    network,
    keepsFolders: true,
    resumes: true,
    async place() {
      const folder = nextName();
      server.files.set(folder, 'folder');
      return {
        config: { url: server.url.replace(`:${server.port}/`, `:${network.port}/`), remote_path: `/${folder}` },
        async seen() {
          const seen: Seen = new Map();
          for (const [path, node] of server.files)
            if (path.startsWith(`${folder}/`))
              seen.set(path.slice(folder.length + 1), node === 'folder' ? 'folder' : sha256(node.bytes));
          return sorted(seen);
        },
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

export async function driveCloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startGoogleDrive>> }> {
  const server = await startGoogleDrive({ pageEntries: 200 });
  const network = await startChaosProxy({ port: server.port });
  const { store, google } = server;
  const { accessToken, refreshToken, expiresAtMs } = google.signIn();
  const signIn = { access_token: accessToken, refresh_token: refreshToken, expires_at: Math.floor(expiresAtMs / 1000) };
  return {
    server,
    name: 'Google Drive',
    type: 'google_drive',
    secret: { ...signIn, client_id: google.client.id, client_secret: google.client.secret },
    network,
    keepsFolders: true,
    resumes: true,
    async place() {
      const mimeType = 'application/vnd.google-apps.folder';
      const folder = store.make({ name: nextName(), parent: store.rootId, mimeType }, null, '');
      return {
        config: { folder_id: folder.id },
        async seen() {
          const seen: Seen = new Map();
          const walk = async (id: string, below: string) => {
            for (const file of [...store.files.values()].filter((one) => one.parent === id && !one.trashed)) {
              const path = below + file.name;
              if (seen.has(path)) throw new Error(`Two files have the name ${path}`);
              const content = file.revisions?.at(-1)?.content;
              seen.set(path, content ? sha256(await content.bytes()) : 'folder');
              await walk(file.id, `${path}/`);
            }
          };
          await walk(folder.id, '');
          return sorted(seen);
        },
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

export async function oneDriveCloud(): Promise<Cloud & { server: Awaited<ReturnType<typeof startOneDrive>> }> {
  let toldPort: number | null = null;
  const server = await startOneDrive({ folders: [], toldPort: () => toldPort });
  const network = await startChaosProxy({ port: server.port });
  toldPort = network.port;
  return {
    server,
    name: 'OneDrive',
    type: 'onedrive',
    secret: { access_token: server.token, refresh_token: 'ended', expires_at: 99_999_999_999, client_id: 'app' },
    network,
    keepsFolders: true,
    resumes: true,
    async place() {
      const name = nextName();
      const folder = server.store.makeFolder(server.store.root, name, 'fail');
      return {
        config: { folder_path: `/${name}` },
        async seen() {
          const seen: Seen = new Map();
          const walk = (item: StoredItem, below: string) => {
            for (const child of item.children?.values() ?? []) {
              seen.set(below + child.name, child.children ? 'folder' : sha256(Buffer.concat(child.content)));
              walk(child, `${below}${child.name}/`);
            }
          };
          walk(folder, '');
          return sorted(seen);
        },
      };
    },
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
}

/** The environment of a box that is to find the doubles, and to trust them. */
export function cloudEnvironment(
  drive: Awaited<ReturnType<typeof driveCloud>>,
  oneDrive: Awaited<ReturnType<typeof oneDriveCloud>>,
) {
  const file = join(tempDir('certificates'), 'known.pem');
  writeFileSync(file, `${drive.server.certificate}\n${oneDrive.server.certificate}\n`);
  return {
    NODE_EXTRA_CA_CERTS: file,
    GOOGLE_API_URL: `https://127.0.0.1:${drive.network.port}`,
    GOOGLE_OAUTH_URL: `https://127.0.0.1:${drive.network.port}`,
    MICROSOFT_GRAPH_URL: oneDrive.server.graphUrl,
    MICROSOFT_LOGIN_URL: `https://127.0.0.1:${drive.network.port}`,
  };
}
