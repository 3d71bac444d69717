import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { startPlainSftp } from '../../../../test/servers/plain-sftp.ts';
import { rememberedKeys, type SftpDriverOptions, sftpDriver } from '../../../../test/servers/sftp-driver.ts';
import { makePrivateKey, type Sshd, startSshd } from '../../../../test/servers/sshd.ts';
import { bytesContent } from '../../content.ts';
import type { StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';

const { signal } = new AbortController();
const openSsh = await startSshd();
const plain = await startPlainSftp();
const opened = new Set<StorageDriver>();
const more = new Set<{ stop(): Promise<void> }>();
afterAll(async () => {
  await Promise.all([...opened].map((driver) => driver.close()));
  await Promise.all([openSsh, plain, ...more].map((server) => server.stop()));
});
beforeEach(() => {
  plain.ways.signIn = 'password';
  plain.ways.silent = false;
});

function open(...given: Parameters<typeof sftpDriver>): StorageDriver {
  const driver = sftpDriver(...given);
  opened.add(driver);
  return driver;
}
/** What a probe is refused with. */
async function refusal(driver: StorageDriver): Promise<StorageError> {
  const error = await driver.probe(signal).then(
    () => null,
    (problem: unknown) => problem,
  );
  if (!(error instanceof StorageError)) throw new Error(`It was not refused: ${String(error)}`);
  return error;
}
const special = async (config: string[]): Promise<Sshd> => {
  const server = await startSshd({ config });
  more.add(server);
  return server;
};

describe('signing in', () => {
  test('a key with a passphrase opens the door', async () => {
    const driver = open(openSsh, { credential: { private_key: openSsh.sealedKey, passphrase: openSsh.passphrase } });
    expect(await driver.probe(signal)).toMatchObject({ user: openSsh.user, folder: openSsh.folder });
  });

  test('a wrong or missing passphrase is told before anybody is connected to', async () => {
    const before = plain.connections;
    for (const [passphrase, word] of [
      ['wrong', 'does not open'],
      [null, 'enter its passphrase'],
    ] as const) {
      const credential = { password: null, private_key: openSsh.sealedKey, passphrase };
      const { code, message } = await refusal(open(plain, { credential }));
      expect([code, message]).toEqual(['auth_failed', expect.stringContaining(word)]);
      expect(message).not.toContain('wrong');
    }
    expect(plain.connections).toBe(before);
  });

  test('a key in a form that cannot be read is told, with what to do', async () => {
    const made = spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' });
    const { code, message } = await refusal(open(openSsh, { credential: { private_key: made.stdout } }));
    expect([code, message]).toEqual(['auth_failed', expect.stringContaining('ssh-keygen -p')]);
  });

  test.each(['rsa', 'ecdsa', 'ed25519'])(
    'a sealed %s key is read, and refused by a server that does not know it',
    async (type) => {
      const credential = { private_key: makePrivateKey({ type, passphrase: 'words' }), passphrase: 'words' };
      const { code, message } = await refusal(open(openSsh, { credential }));
      expect([code, message]).toEqual(['auth_failed', expect.stringContaining('authorized_keys')]);
    },
  );

  test('a password opens the door, as itself or as an answer to a question', async () => {
    for (const way of ['password', 'keyboard-interactive'] as const) {
      plain.ways.signIn = way;
      expect(await open(plain).probe(signal)).toMatchObject({ folder: plain.home });
    }
  });

  test('a wrong password is sent once, so that no account is locked', async () => {
    for (const way of ['password', 'keyboard-interactive'] as const) {
      plain.ways.signIn = way;
      const before = plain.passwordsHeard.length;
      const { code, message } = await refusal(open(plain, { credential: { password: 'wrong one' } }));
      expect([code, message]).toEqual(['auth_failed', expect.stringContaining('Check user name and password')]);
      expect(message).not.toContain('wrong one');
      expect(plain.passwordsHeard.slice(before)).toEqual(['wrong one']);
    }
  });

  test('a second step and a way that is not offered are told as such', async () => {
    plain.ways.signIn = 'second-step';
    const before = plain.passwordsHeard.length;
    expect((await refusal(open(plain))).message).toContain('second step');
    expect(plain.passwordsHeard.slice(before)).toEqual([plain.password]); // never as the code
    plain.ways.signIn = 'publickey';
    expect((await refusal(open(plain))).message).toContain('takes no passwords');
    const onlyPasswords = open(openSsh, { credential: { password: 'x', private_key: null } });
    expect((await refusal(onlyPasswords)).message).toContain('takes no passwords');
  });
});

describe('host keys', () => {
  test('the key of the first visit is kept after signing in, and not before', async () => {
    const hostKeys = rememberedKeys();
    await refusal(open(plain, { credential: { password: 'wrong' }, ports: { hostKeys } }));
    expect(hostKeys.pinned.size).toBe(0);
    const stranger = { private_key: makePrivateKey() };
    await refusal(open(openSsh, { credential: stranger, ports: { hostKeys } }));
    expect(hostKeys.pinned.size).toBe(0);
    const told = await open(openSsh, { ports: { hostKeys } }).probe(signal);
    expect(told['fingerprint']).toBe(openSsh.fingerprint());
    expect([...hostKeys.pinned]).toEqual([[`127.0.0.1:${openSsh.port}`, openSsh.fingerprint()]]);
  });

  test('another key is refused before the password is sent', async () => {
    const hostKeys = rememberedKeys();
    hostKeys.pin('127.0.0.1', plain.port, 'SHA256:of-another-machine', 'ssh-ed25519');
    const before = plain.passwordsHeard.length;
    const { code, details } = await refusal(open(plain, { ports: { hostKeys } }));
    expect(code).toBe('host_key_changed');
    expect(details).toEqual({
      host: '127.0.0.1',
      port: plain.port,
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
      known: 'SHA256:of-another-machine',
    });
    expect(plain.passwordsHeard.length).toBe(before);
  });

  test('a server with a new key is refused until somebody accepts it', async () => {
    const server = await special([]);
    const hostKeys = rememberedKeys();
    const driver = open(server, { ports: { hostKeys } });
    await driver.probe(signal);
    await server.restart({ newHostKey: true });
    const { code, details } = await refusal(driver);
    expect([code, details['fingerprint']]).toEqual(['host_key_changed', server.fingerprint()]);
    hostKeys.pin('127.0.0.1', server.port, server.fingerprint(), 'ssh-ed25519');
    expect((await driver.probe(signal))['fingerprint']).toBe(server.fingerprint());
  });
});

describe('servers that cannot be talked to', () => {
  test.each([
    ['Ciphers chacha20-poly1305@openssh.com', 'chacha20-poly1305'],
    ['KexAlgorithms sntrup761x25519-sha512@openssh.com', 'post-quantum'],
  ])('a server with only %s is told with what it lacks', async (line, word) => {
    const { code, message } = await refusal(open(await special([line])));
    expect([code, message]).toEqual(['unsupported', expect.stringContaining(word)]);
  });

  test('an account that may sign in but has no SFTP is told as such', async () => {
    const server = await special(['Match all', 'ForceCommand /bin/false']);
    expect((await refusal(open(server))).code).toBeOneOf(['unsupported', 'unreachable']);
  });

  async function answering(how: (server: Server) => void): Promise<number> {
    const server = createServer();
    how(server);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    more.add({ stop: async () => void server.close() });
    return (server.address() as AddressInfo).port;
  }
  const at = (port: number, ports: SftpDriverOptions['ports'] = {}) => open(openSsh, { config: { port }, ports });

  test('something that is no SSH server, nothing, and silence are three different things', async () => {
    const web = await answering((server) =>
      server.on('connection', (socket) =>
        socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(50)),
      ),
    );
    expect((await refusal(at(web))).code).toBeOneOf(['protocol', 'unreachable']);
    const curt = await answering((server) => server.on('connection', (socket) => socket.on('error', () => {}).end()));
    expect((await refusal(at(curt))).code).toBe('unreachable');
    const silent = await answering((server) =>
      server.on('connection', (socket) =>
        socket
          .on('error', () => {})
          .on('data', () => {})
          .unref(),
      ),
    );
    expect((await refusal(at(silent, { tuning: { connectMs: 300 } }))).code).toBe('timeout');
    expect(await refusal(at(1))).toMatchObject({ code: 'unreachable', message: expect.stringContaining('refused') });
    const nowhere = open(openSsh, { config: { host: 'no-such-machine.invalid' } });
    expect(await refusal(nowhere)).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('No machine'),
    });
  });

  test('our own doors and addresses that are never a destination are not knocked at', async () => {
    const before = plain.connections;
    const ours = open(plain, { ports: { isOurs: (address, port) => address === '127.0.0.1' && port === plain.port } });
    expect((await refusal(ours)).code).toBe('target_refused');
    for (const host of ['169.254.169.254', '0.0.0.0', '::', 'metadata.google.internal'])
      expect((await refusal(open(plain, { config: { host } }))).code).toBe('target_refused');
    expect(plain.connections).toBe(before);
  });
});

describe('a connection that is lost', () => {
  const patience = { ports: { tuning: { stallMs: 1_000 } } };

  test('is made anew by the next call', async () => {
    const server = await special([]);
    const driver = open(server);
    await driver.write('kept', bytesContent(Buffer.from('x')), { signal, mtimeNs: null });
    await server.restart();
    const names = async () => (await driver.list('', signal)).map((entry) => entry.path);
    // Whether the end was heard of already is a matter of moments.
    expect(await names().catch((error: StorageError) => error.code)).toBeOneOf([['kept'], 'unreachable'] as never[]);
    expect(await names()).toEqual(['kept']);
  });

  test('a server that stops dead is noticed, and found again when it goes on', async () => {
    const server = await special([]);
    const driver = open(server, patience);
    await driver.probe(signal);
    server.signal('SIGSTOP');
    const { code } = await refusal(driver);
    server.signal('SIGCONT');
    expect(code).toBe('timeout');
    expect(await driver.list('', signal)).toEqual([]);
  });

  test('a server that takes requests and answers none is not mistaken for a dead line, and an abort is', async () => {
    const driver = open(plain);
    await driver.probe(signal);
    plain.ways.silent = true;
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = driver.list('', controller.signal).catch((error: unknown) => error);
    setImmediate(() => controller.abort(reason));
    expect(await waiting).toBe(reason);
  });

  test('closing ends what is under way', async () => {
    const driver = open(plain);
    await driver.probe(signal);
    plain.ways.silent = true;
    const waiting = driver.stat('x', signal).catch((error: StorageError) => error.code);
    await Promise.all([driver.close(), waiting]);
    expect(await waiting).toBe('unreachable');
  });
});
