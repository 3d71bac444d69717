import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Client, ParsedKey, SFTPWrapper } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { StorageError } from '../../errors.ts';
import type { DriverPorts } from '../../port.ts';
import { named, openSocket, socketError } from './address.ts';
import { type Channel, createChannel, statusOf } from './channel.ts';
import { hostKeyChanged, signInError } from './connect-error.ts';
import { createFolders, type Folders } from './folders.ts';
import { createPacketReuse, joinWrites, packRequests } from './packing.ts';
import type { SftpConfig, SftpCredential } from './schema.ts';
import { createSignIn } from './sign-in.ts';

export interface SessionOptions {
  config: SftpConfig;
  credential: SftpCredential;
  key: ParsedKey | null;
  ports: DriverPorts;
  stallMs: number;
}

/** One authenticated connection. It is never mended: once lost, the next call makes another one. */
export interface Session {
  /** What a person may want to know of the server. */
  readonly facts: { server: string | null; fingerprint: string; keyType: string };
  readonly folders: Folders;
  /** Full path at the server; `''` is the root, a link there resolved when the connection was made. */
  fullPath(path: string): string;
  lost(): boolean;
  /** So many bytes of files went through. */
  moved(bytes: number): void;
  /** The channel with the fewest requests waiting; more of them are opened as they are needed. */
  channel(): Promise<Channel>;
  end(): Promise<void>;
}

/** Each has a process of its own at the server, so that one file's flush does not hold up the others. */
const mostChannels = 8;
/** From so many waiting requests on another channel is worth its price. */
const crowded = 6;

/**
 * Encrypted packets are garbage at once, and left alone the engine collects them late: sending large files took 200 to
 * 250 MiB of memory. With a collection every 8 MiB it takes 140, and no longer: memory that was used a moment ago is
 * quicker than new.
 */
const collectEveryBytes = 8 * 1024 * 1024;

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
const keyTypeOf = (key: Buffer): string => key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');

function requireHostKeys(ports: DriverPorts): NonNullable<DriverPorts['hostKeys']> {
  if (ports.hostKeys === undefined) throw new Error('An SFTP driver needs the host keys that were seen before');
  return ports.hostKeys;
}

async function resolveRoot(channel: Channel, path: string): Promise<string> {
  try {
    return await channel.realpath(path);
  } catch (error) {
    if (statusOf(error) === null) throw error;
    return posix.resolve(await channel.realpath('.').catch(() => '/'), path);
  }
}

/** Connects, compares the host key before anything secret is sent, signs in, and remembers a key seen the first time. */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { config, ports, stallMs } = options;
  const hostKeys = requireHostKeys(ports);
  const socket = await openSocket(config, ports.isOurs, signal);
  joinWrites(socket);
  const ssh = new SftpClient('dynamight', { error() {}, end() {}, close() {} });
  const client = (ssh as unknown as { client: Client }).client;
  const signIn = createSignIn(config, options.credential, options.key);
  const channels: Channel[] = [];
  const reusePackets = createPacketReuse();
  let heard = true;
  let lost: StorageError | null = null;
  let hostKey: { fingerprint: string; type: string } | null = null;

  function lose(reason: StorageError): void {
    lost ??= reason;
    clearInterval(watch);
    socket.destroy();
    for (const channel of channels) channel.fail(lost);
  }
  socket.on('data', () => {
    heard = true;
  });
  let silent = 0;
  let sinceCollected = 0;
  // Whatever arrives is life, answers to ssh2's keepalive among it. Ticks are counted instead of time: a process that
  // was itself held up gets a chance to read what has arrived meanwhile.
  const watch = setInterval(() => {
    silent = heard ? 0 : silent + 1;
    heard = false;
    if (silent >= 4) lose(new StorageError('timeout', `${named(config)} has fallen silent.`));
  }, stallMs / 4);
  const stop = () => lose(new StorageError('unreachable', 'The connection was given up.'));
  signal.addEventListener('abort', stop, { once: true });

  let broke: unknown = null;
  client.on('error', (error: unknown) => {
    broke ??= error;
    if (channels.length > 0) lose(socketError(config, error));
  });
  const gone = () => lose(new StorageError('unreachable', `${named(config)} closed the connection.`));
  client.on('end', gone);
  client.on('close', gone);
  client.on('change password', () => {
    broke ??= new StorageError(
      'auth_failed',
      `The password of ${config.username} has expired. Change it at the server.`,
    );
    socket.destroy();
  });

  try {
    const first = await ssh.connect({
      sock: socket,
      host: config.host,
      port: config.port,
      username: config.username,
      readyTimeout: 0,
      keepaliveInterval: Math.max(1, Math.floor(stallMs / 4)),
      keepaliveCountMax: 1_000, // the judge of silence is above: a slow line may keep a ping waiting behind what is sent
      authHandler: signIn.handler,
      hostVerifier(key: Buffer) {
        const fingerprint = fingerprintOf(key);
        const known = hostKeys.find(config.host, config.port);
        hostKey = { fingerprint, type: keyTypeOf(key) };
        if (known === null || known === fingerprint) return true;
        broke = hostKeyChanged(config, fingerprint, known);
        return false;
      },
    });
    return await signedIn(first);
  } catch (error) {
    signal.throwIfAborted();
    const level = (broke as { level?: string } | null)?.level;
    const problem =
      level === 'client-authentication' ? signIn.problem(named(config)) : signInError(broke ?? lost ?? error, config);
    lose(problem);
    throw problem;
  } finally {
    signal.removeEventListener('abort', stop);
  }

  function take(sftp: SFTPWrapper): Channel {
    packRequests(sftp, reusePackets);
    const channel = createChannel(sftp);
    const ended = () => lose(new StorageError('unreachable', `${named(config)} ended the SFTP session.`));
    sftp.on('error', ended);
    sftp.on('end', ended);
    sftp.on('close', ended);
    channels.push(channel);
    if (lost !== null) channel.fail(lost);
    return channel;
  }

  function moved(bytes: number): void {
    sinceCollected += bytes;
    if (sinceCollected < collectEveryBytes) return;
    sinceCollected = 0;
    Bun.gc(false); // without waiting for it
  }

  async function signedIn(sftp: SFTPWrapper): Promise<Session> {
    const channel = take(sftp);
    const root = await resolveRoot(channel, config.remote_path);
    const { fingerprint, type } = hostKey as unknown as { fingerprint: string; type: string };
    const known = hostKeys.find(config.host, config.port);
    if (known === null) hostKeys.pin(config.host, config.port, fingerprint, type);
    // Of two first visits at once one is first: the other may have met somebody else.
    else if (known !== fingerprint) throw hostKeyChanged(config, fingerprint, known);
    const fullPath = (path: string) => (path === '' ? root : `${root === '/' ? '' : root}/${path}`);
    const { _remoteVer: server = null } = client as unknown as { _remoteVer?: string };
    let opening = false;
    let most = mostChannels;
    const openMore = () => {
      opening = true;
      client.sftp((error, more) => {
        opening = false;
        if (error)
          most = channels.length; // as many as this server allows
        else take(more);
      });
    };
    return {
      facts: {
        server,
        fingerprint,
        keyType: type,
      },
      folders: createFolders(fullPath),
      fullPath,
      lost: () => lost !== null,
      moved,
      async channel() {
        if (lost !== null) throw lost;
        let best = channels[0] as Channel;
        for (const one of channels) if (one.waiting() < best.waiting()) best = one;
        if (best.waiting() >= crowded && !opening && channels.length < most) openMore();
        return best;
      },
      async end() {
        if (socket.destroyed) return;
        const gone = new Promise((resolve) => socket.once('close', resolve));
        lose(new StorageError('unreachable', 'The connection was closed.'));
        await gone;
      },
    };
  }
}
