import {
  closeSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, Server, type SFTPWrapper, utils } from 'ssh2';
import { makePrivateKey } from './sshd.ts';

/** How the server treats the next requests; may be changed at any time. */
export interface PlainSftpWays {
  /** Ways to sign in it offers. `second-step`: the password is right, and then a code is asked for. */
  signIn: 'password' | 'keyboard-interactive' | 'publickey' | 'second-step';
  /** Times of change: set, refused, or said to be set and forgotten. */
  times: 'kept' | 'refused' | 'forgotten';
  /** Bytes it stores of any file; the rest is acknowledged, or refused with "Failure". */
  stores: { bytes: number; rest: 'acknowledged' | 'refused' } | null;
  /** Most bytes one read answers. */
  readBytes: number;
  /** Names told instead of what is in a folder. */
  names: string[] | null;
  /** Requests about a path with this in it are refused: permission denied. */
  locked: string | null;
  /** It accepts every request and answers none. */
  silent: boolean;
}

/** An SFTP server without one extension, as small devices have them, and with faults by request. It takes passwords. */
export interface PlainSftp {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Where relative paths begin. */
  readonly home: string;
  readonly ways: PlainSftpWays;
  /** Every password that was sent to it, right or wrong. */
  readonly passwordsHeard: readonly string[];
  /** Connections ever made. */
  readonly connections: number;
  stop(): Promise<void>;
}

const { STATUS_CODE, OPEN_MODE } = utils.sftp;

function statusFor(error: unknown): number {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return STATUS_CODE.NO_SUCH_FILE;
  if (code === 'EACCES' || code === 'EPERM') return STATUS_CODE.PERMISSION_DENIED;
  if (code === 'ENAMETOOLONG') return STATUS_CODE.BAD_MESSAGE;
  return STATUS_CODE.FAILURE;
}

const attributes = (stats: Stats) => ({
  mode: stats.mode,
  uid: stats.uid,
  gid: stats.gid,
  size: stats.size,
  atime: Math.floor(stats.atimeMs / 1_000),
  mtime: Math.floor(stats.mtimeMs / 1_000),
});

function flagsOf(flags: number): string {
  if ((flags & OPEN_MODE.EXCL) !== 0) return 'wx+';
  if ((flags & OPEN_MODE.CREAT) !== 0) return 'w+';
  return (flags & OPEN_MODE.WRITE) !== 0 ? 'r+' : 'r';
}

/** Answers the requests of one channel from the local disk. */
function serve(sftp: SFTPWrapper, home: string, ways: PlainSftpWays): void {
  const handles = new Map<number, { fd: number; path: string } | { names: string[]; path: string }>();
  let next = 0;
  const hold = (what: { fd: number; path: string } | { names: string[]; path: string }): Buffer => {
    next += 1;
    handles.set(next, what);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    return handle;
  };
  const held = (handle: Buffer) => handles.get(handle.readUInt32BE(0));
  const fdOf = (handle: Buffer): number => {
    const found = held(handle);
    if (found === undefined || !('fd' in found)) throw new Error('No such handle');
    return found.fd;
  };
  const real = (path: string): string => {
    if (ways.locked !== null && path.includes(ways.locked))
      throw Object.assign(new Error('locked'), { code: 'EACCES' });
    return path.startsWith('/') ? path : join(home, path);
  };
  /** Runs a request; what it throws is answered as a status. `work` answers itself, or true for "done". */
  const answer = (id: number, work: () => true | void): void => {
    if (ways.silent) return;
    try {
      if (work() === true) sftp.status(id, STATUS_CODE.OK);
    } catch (error) {
      sftp.status(id, statusFor(error));
    }
  };
  const setTimes = (id: number, path: string, times: { atime?: number; mtime?: number }) =>
    answer(id, () => {
      if (ways.times === 'refused') throw new Error('refused');
      if (ways.times === 'kept') utimesSync(path, times.atime ?? 0, times.mtime ?? 0);
      return true;
    });

  sftp.on('OPEN', (id, path, flags) =>
    answer(id, () => sftp.handle(id, hold({ fd: openSync(real(path), flagsOf(flags)), path: real(path) }))),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, () => {
      const bytes = Buffer.alloc(Math.min(length, ways.readBytes));
      const count = readSync(fdOf(handle), bytes, 0, bytes.length, offset);
      if (count === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, bytes.subarray(0, count));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, () => {
      const { bytes, rest } = ways.stores ?? { bytes: Number.POSITIVE_INFINITY, rest: 'acknowledged' };
      const kept = data.subarray(0, Math.max(0, bytes - offset));
      writeSync(fdOf(handle), kept, 0, kept.length, offset);
      if (kept.length < data.length && rest === 'refused') throw new Error('refused');
      return true;
    }),
  );
  sftp.on('FSTAT', (id, handle) => answer(id, () => sftp.attrs(id, attributes(fstatSync(fdOf(handle))))));
  const tellOf = (id: number, path: string) => answer(id, () => sftp.attrs(id, attributes(lstatSync(real(path)))));
  sftp.on('STAT', tellOf);
  sftp.on('LSTAT', tellOf);
  sftp.on('SETSTAT', (id, path, times) => setTimes(id, real(path), times));
  sftp.on('FSETSTAT', (id, handle, times) => {
    if (typeof times.size === 'number') ftruncateSync(fdOf(handle), times.size);
    setTimes(id, held(handle)?.path ?? '', times);
  });
  sftp.on('CLOSE', (id, handle) =>
    answer(id, () => {
      const found = held(handle);
      handles.delete(handle.readUInt32BE(0));
      if (found && 'fd' in found) closeSync(found.fd);
      return true;
    }),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, () => sftp.handle(id, hold({ names: ways.names ?? readdirSync(real(path)), path: real(path) }))),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, () => {
      const found = held(handle);
      if (found === undefined || !('names' in found)) throw new Error('No such handle');
      const page = found.names.splice(0, 50);
      if (page.length === 0) {
        sftp.status(id, STATUS_CODE.EOF);
        return;
      }
      const one = (filename: string) => {
        const stats = ways.names === null ? lstatSync(join(found.path, filename)) : lstatSync(home);
        return { filename, longname: filename, attrs: attributes(stats) };
      };
      sftp.name(id, page.map(one));
    }),
  );
  sftp.on('MKDIR', (id, path) => answer(id, () => (mkdirSync(real(path)), true)));
  sftp.on('RMDIR', (id, path) => answer(id, () => (rmdirSync(real(path)), true)));
  sftp.on('REMOVE', (id, path) => answer(id, () => (unlinkSync(real(path)), true)));
  sftp.on('RENAME', (id, from, to) =>
    answer(id, () => {
      linkSync(real(from), real(to)); // refuses when something is there
      unlinkSync(real(from));
      return true;
    }),
  );
  sftp.on('REALPATH', (id, path) =>
    answer(id, () => {
      const filename = path === '.' ? home : realpathSync(real(path));
      sftp.name(id, [{ filename, longname: filename, attrs: attributes(lstatSync(filename)) }]);
    }),
  );
}

export async function startPlainSftp(): Promise<PlainSftp> {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-sftp-'));
  const [user, password] = ['backup', 'right password'];
  const ways: PlainSftpWays = {
    signIn: 'password',
    times: 'kept',
    stores: null,
    readBytes: 20_000,
    names: null,
    locked: null,
    silent: false,
  };
  const passwordsHeard: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const ssh = new Server({ hostKeys: [makePrivateKey()] }, (client: Connection) => {
    client.on('authentication', (context) => {
      const way = ways.signIn === 'second-step' ? 'keyboard-interactive' : ways.signIn;
      if (context.username !== user || context.method !== way) return context.reject([way]);
      if (context.method === 'password') {
        passwordsHeard.push(context.password);
        return context.password === password ? context.accept() : context.reject([way]);
      }
      if (context.method !== 'keyboard-interactive') return context.reject([way]);
      context.prompt([{ prompt: 'Password: ', echo: false }], ([answer = '']) => {
        passwordsHeard.push(answer);
        if (answer !== password) return context.reject([way]);
        if (ways.signIn !== 'second-step') return context.accept();
        context.prompt([{ prompt: 'Code: ', echo: false }], ([code = '']) => {
          if (code !== '') passwordsHeard.push(code);
          context.reject([way], true);
        });
      });
    });
    client.on('ready', () =>
      client.on('session', (accept) => accept().on('sftp', (take) => serve(take(), home, ways))),
    );
    client.on('error', () => {}); // whoever cut the connection knows of it
  });
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    user,
    password,
    home,
    ways,
    passwordsHeard,
    get connections() {
      return connections;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
