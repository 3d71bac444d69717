import { createHash } from 'node:crypto';
import { type Connection, Server, type ServerConfig } from 'ssh2';
import { makePrivateKey } from './sshd.ts';

/** An SSH server that counts what people tell it, and says `word` wherever a server may say something. */
export interface SshTrap {
  readonly port: number;
  /** Connections that got as far as a key exchange or further. */
  readonly visits: number;
  /** Every attempt to sign in that held a secret. */
  readonly attempts: number;
  readonly fingerprint: string;
  stop(): Promise<void>;
}

export interface SshTrapOptions {
  word?: string;
  /** Lets everybody in; refuses everybody otherwise. */
  open?: boolean;
}

/** SSH_FX_FAILURE. */
const failed = 4;
const requests = [
  'OPEN',
  'STAT',
  'LSTAT',
  'OPENDIR',
  'MKDIR',
  'REMOVE',
  'EXTENDED',
  'FSTAT',
  'SETSTAT',
  'RENAME',
] as const;

export async function startSshTrap({ word = 'trap', open = false }: SshTrapOptions = {}): Promise<SshTrap> {
  const counted = { visits: 0, attempts: 0 };
  const config: ServerConfig = { hostKeys: [makePrivateKey()], ident: word, banner: word };
  const clients = new Set<Connection>();
  const server = new Server(config, (client) => {
    counted.visits += 1;
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => {}); // whoever hangs up has seen enough
    client.on('authentication', (context) => {
      if (context.method !== 'none') counted.attempts += 1;
      if (open && context.method === 'password') context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        const sftp = acceptSftp();
        sftp.on('REALPATH', (id) => sftp.name(id, [{ filename: `/${word}`, longname: word, attrs: {} as never }]));
        for (const request of requests)
          sftp.on(request as 'STAT', (id: number) => sftp.status(id, failed, `${word} said no`));
      });
    });
  });
  const listening = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => listening.resolve((server.address() as { port: number }).port));
  const port = await listening.promise;
  const seen = Promise.withResolvers<string>();
  const { Client } = await import('ssh2');
  const look = new Client();
  look.on('error', () => {});
  look.connect({
    host: '127.0.0.1',
    port,
    username: 'nobody',
    hostVerifier(key: Buffer) {
      seen.resolve(`SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`);
      return false;
    },
  });
  const fingerprint = await seen.promise;
  counted.visits = 0;
  return {
    port,
    get visits() {
      return counted.visits;
    },
    get attempts() {
      return counted.attempts;
    },
    fingerprint,
    stop() {
      for (const client of clients) client.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
