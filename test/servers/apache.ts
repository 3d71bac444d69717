import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/processes.ts';
import { makeCertificate, type TestCertificate } from './certificate.ts';

export interface ApacheOptions {
  /** Default `basic`. */
  auth?: 'basic' | 'digest';
  /** With a certificate of its own that nobody vouches for. */
  tls?: boolean;
  /** Life of a nonce, seconds. */
  nonceSeconds?: number;
  /** More lines for the folder that is served. */
  config?: readonly string[];
}

/** Apache's mod_dav on the loopback. */
export interface Apache {
  readonly port: number;
  /** Of the folder that is served, with a slash at its end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** What is served, as it lies on the disk. */
  readonly folder: string;
  readonly certificate: TestCertificate | null;
  stop(): Promise<void>;
}

const program = '/usr/sbin/apache2';
const modules =
  'mpm_event authn_core authn_file authz_core authz_user auth_basic auth_digest dir headers rewrite dav dav_fs dav_lock socache_shmcb ssl'.split(
    ' ',
  );
const credentials = { user: 'alice', password: 'pass:wörd' };
const realm = 'files of the tests';

export async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number };
    probe.close(() => resolve(port));
  });
  return promise;
}

const md5 = (text: string): string => new Bun.CryptoHasher('md5').update(text).digest('hex');

/** True when somebody takes connections there. */
export const listens = (port: number): Promise<boolean> =>
  Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } }).then(
    (socket) => {
      socket.end();
      return true;
    },
    () => false,
  );

export async function startApache(options: ApacheOptions = {}): Promise<Apache> {
  const { auth = 'basic', tls = false } = options;
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-apache-'));
  chmodSync(dir, 0o755);
  const [folder, locks] = [join(dir, 'files'), join(dir, 'locks')];
  for (const one of [folder, locks]) mkdirSync(one);
  // Apache does not serve as root; whoever else runs the tests serves as themselves.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) => Number(spawnSync('id', [flag, 'www-data'], { encoding: 'utf8' }).stdout);
    for (const one of [folder, locks]) chownSync(one, id('-u'), id('-g'));
  }
  const { user, password } = credentials;
  writeFileSync(join(dir, 'digest'), `${user}:${realm}:${md5(`${user}:${realm}:${password}`)}\n`);
  const basic = spawnSync('htpasswd', ['-nbs', user, password], { encoding: 'utf8' });
  if (basic.status !== 0) throw new Error(`htpasswd made no user: ${basic.stderr}`);
  writeFileSync(join(dir, 'basic'), basic.stdout);
  const certificate = tls ? makeCertificate(['127.0.0.1']) : null;
  if (certificate) {
    writeFileSync(join(dir, 'cert.pem'), certificate.cert);
    writeFileSync(join(dir, 'key.pem'), certificate.key);
  }
  const configOf = (port: number): string =>
    [
      `ServerRoot ${dir}`,
      'ServerName 127.0.0.1',
      `Listen 127.0.0.1:${port}`,
      `PidFile ${dir}/pid`,
      `ErrorLog ${dir}/error.log`,
      `DefaultRuntimeDir ${dir}`,
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      ...(isRoot ? ['User www-data', 'Group www-data'] : []),
      'ServerLimit 2',
      'MaxRequestWorkers 50',
      'MaxKeepAliveRequests 0',
      'KeepAliveTimeout 60',
      `DavLockDB ${locks}/db`,
      `DocumentRoot ${folder}`,
      ...(tls ? ['SSLEngine on', `SSLCertificateFile ${dir}/cert.pem`, `SSLCertificateKeyFile ${dir}/key.pem`] : []),
      `<Directory ${folder}>`,
      'Dav On',
      'DirectoryIndex disabled',
      `AuthType ${auth === 'basic' ? 'Basic' : 'Digest'}`,
      `AuthName "${realm}"`,
      `AuthUserFile ${dir}/${auth}`,
      ...(auth === 'digest' ? [`AuthDigestNonceLifetime ${options.nonceSeconds ?? 300}`] : []),
      'Require valid-user',
      ...(options.config ?? []),
      '</Directory>',
    ].join('\n');

  async function launch(): Promise<{ child: ChildProcess; port: number }> {
    for (let tries = 0; ; tries += 1) {
      const port = await freePort();
      writeFileSync(join(dir, 'httpd.conf'), `${configOf(port)}\n`);
      const started = spawn(program, ['-f', join(dir, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'ignore' });
      const said = () => (existsSync(join(dir, 'error.log')) ? readFileSync(join(dir, 'error.log'), 'utf8') : '');
      const begun = () => said().includes('resuming normal operations');
      await eventually('Apache serves', () => started.exitCode !== null || begun(), 20_000);
      if (started.exitCode === null) return { child: started, port };
      if (tries === 3) throw new Error(`Apache did not start: ${said()}`);
      rmSync(join(dir, 'error.log'), { force: true });
    }
  }
  const { child, port } = await launch();
  return {
    port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
    ...credentials,
    folder,
    certificate,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM'); // it ends its own children
        await exited;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
