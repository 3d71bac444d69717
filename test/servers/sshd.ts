import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SshdOptions {
  /** Of internal-sftp: `-R` allows no changes, `-P posix-rename` leaves that request out. */
  sftp?: string;
  /** More lines of sshd_config. */
  config?: readonly string[];
}

/** OpenSSH's own server on the loopback, for the user the tests run as, who signs in with a key. */
export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** An empty folder for files; removed at the end. */
  readonly folder: string;
  /** OpenSSH form, without a passphrase. */
  readonly privateKey: string;
  /** The same key, sealed with `passphrase`. */
  readonly sealedKey: string;
  readonly passphrase: string;
  /** `SHA256:…` as ssh-keygen prints it. */
  fingerprint(): string;
  /** To the server and everything it started: SIGSTOP and SIGCONT let it fall silent and go on. */
  signal(signal: NodeJS.Signals): void;
  /** Ends all connections and the server; starts it on the same port, with another host key if told so. */
  restart(options?: { newHostKey?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

const program = '/usr/sbin/sshd';

function makeKey(file: string, passphrase = '', type = 'ed25519'): string {
  // One round and few bits: keys of a test need no strength.
  const cheap = type === 'rsa' ? ['-a', '1', '-b', '2048'] : ['-a', '1'];
  const made = spawnSync('ssh-keygen', ['-q', '-t', type, '-C', 'test', '-f', file, '-N', passphrase, ...cheap]);
  if (made.status !== 0) throw new Error(`ssh-keygen made no key: ${made.stderr.toString()}`);
  return readFileSync(file, 'utf8');
}

/** A key pair that nobody was told of, as its private half. */
export function makePrivateKey(options: { passphrase?: string; type?: string } = {}): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-key-'));
  try {
    return makeKey(join(dir, 'key'), options.passphrase, options.type);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number };
    probe.close(() => resolve(port));
  });
  return promise;
}

function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return []; // it ended meanwhile
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile
  }
}

/** Resolves when it listens; null when the port was taken meanwhile. */
async function launch(configFile: string): Promise<ChildProcess | null> {
  // It ends with the test run, however that ends.
  const words = ['--pdeathsig', 'KILL', program, '-D', '-e', '-f', configFile];
  const child = spawn('setpriv', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess | null>();
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-10_000);
    if (said.includes('Server listening on')) resolve(child);
  });
  child.once('error', reject);
  child.once('exit', () =>
    said.includes('in use') ? resolve(null) : reject(new Error(`sshd did not start: ${said}`)),
  );
  return promise;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-sshd-'));
  const [folder, hostKey, configFile] = [join(dir, 'files'), join(dir, 'host'), join(dir, 'config')];
  mkdirSync(folder);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const passphrase = 'correct horse';
  const privateKey = makeKey(join(dir, 'id'));
  const sealedKey = makeKey(join(dir, 'sealed'), passphrase);
  const authorized = ['id.pub', 'sealed.pub'].map((name) => readFileSync(join(dir, name), 'utf8'));
  writeFileSync(join(dir, 'authorized_keys'), authorized.join(''));
  makeKey(hostKey);
  let port = 0;
  let child: ChildProcess;

  function writeConfig(): void {
    const lines = [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
      'AuthenticationMethods publickey',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'MaxStartups 100',
      `Subsystem sftp internal-sftp ${options.sftp ?? ''}`,
      ...(options.config ?? []),
    ];
    writeFileSync(configFile, `${lines.join('\n')}\n`);
  }
  async function start(): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      if (tries > 0 || port === 0) port = await freePort();
      writeConfig();
      const started = await launch(configFile);
      if (started) {
        child = started;
        return;
      }
    }
    throw new Error('No free port was found for sshd');
  }
  const signal = (name: NodeJS.Signals) => {
    const pid = child.pid as number;
    for (const one of [...descendants(pid), pid]) tell(one, name);
  };
  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    signal('SIGKILL');
    await exited;
  }
  await start();
  return {
    get port() {
      return port;
    },
    user: spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim(),
    folder,
    privateKey,
    sealedKey,
    passphrase,
    fingerprint() {
      const told = spawnSync('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${hostKey}.pub`], { encoding: 'utf8' });
      return told.stdout.split(' ')[1] ?? '';
    },
    signal,
    async restart({ newHostKey = false } = {}) {
      await end();
      if (newHostKey) {
        rmSync(hostKey);
        makeKey(hostKey);
      }
      await start();
    },
    async stop() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
