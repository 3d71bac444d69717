import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { startTestApp } from '../../../test/harness/app.ts';
import { startSshTrap } from '../../../test/servers/ssh-trap.ts';
import { startSshd } from '../../../test/servers/sshd.ts';

const app = startTestApp();
const [sshd, second, trap] = await Promise.all([startSshd(), startSshd(), startSshTrap()]);
const stopping: (() => Promise<void>)[] = [sshd.stop, second.stop, trap.stop];
afterAll(async () => void (await Promise.all(stopping.map((stop) => stop()))));

const call = (method: string, path: string, body?: unknown) => app.call(method, path, { owner: true, body });
const list = async () => (await call('GET', '/api/providers/host-keys')).json;
const accept = (body: object) => call('POST', '/api/providers/host-keys/accept', body);
const forget = (host: string, port: number) =>
  call('DELETE', `/api/providers/host-keys?host=${encodeURIComponent(host)}&port=${port}`);
const visit = async (port: number, more: { config?: object; key?: string } = {}) => {
  const { json } = await call('POST', '/api/providers/test', {
    destination_type: 'sftp',
    destination_config: { host: '127.0.0.1', port, username: sshd.user, remote_path: '/tmp', ...more.config },
    credential_data: more.key === undefined ? { password: 'hunter22' } : { private_key: more.key },
  });
  return json;
};
const changed = (port: number, fingerprint: string, known: string) => ({
  success: false,
  message: 'The server shows another host key than before. Nothing was sent to it.',
  details: { reason: 'host_key_changed', host: '127.0.0.1', port, fingerprint, known },
});

beforeEach(async () => {
  for (const { host, port } of await list()) await forget(host, port);
});

describe('the key of an SSH server', () => {
  test('is pinned when we could sign in for the first time, and not before', async () => {
    expect(await visit(trap.port)).toMatchObject({ success: false });
    expect(await visit(sshd.port, { key: second.privateKey })).toMatchObject({ success: false });
    expect(await list()).toEqual([]);
    expect(await visit(sshd.port, { key: sshd.privateKey })).toMatchObject({ success: true });
    const pinned = {
      host: '127.0.0.1',
      port: sshd.port,
      fingerprint: sshd.fingerprint(),
      type: 'ssh-ed25519',
      pinned_at: '2026-01-05T02:00:00Z',
    };
    expect(await list()).toEqual([pinned]);
    expect(await visit(sshd.port, { key: sshd.privateKey })).toMatchObject({ success: true });
    expect(await list()).toEqual([pinned]);
  });

  test('that changed is shown to the person, who may accept it', async () => {
    await visit(sshd.port, { key: sshd.privateKey });
    const known = sshd.fingerprint();
    await sshd.restart({ newHostKey: true });
    const port = sshd.port;
    await accept({ host: '127.0.0.1', port, fingerprint: known }); // it may have got another port
    const answer = await visit(port, { key: sshd.privateKey });
    const fingerprint = sshd.fingerprint();
    expect(answer).toEqual(changed(port, fingerprint, known));
    const accepted = await accept(pick(answer.details));
    expect([accepted.status, accepted.json]).toEqual([200, { message: 'Host key accepted' }]);
    expect(await list()).toContainEqual(expect.objectContaining({ port, fingerprint, type: '' }));
    expect(await visit(port, { key: sshd.privateKey })).toMatchObject({ success: true });
  });

  test('that changed is sent no secret', async () => {
    const known = second.fingerprint();
    await accept({ host: '127.0.0.1', port: trap.port, fingerprint: known });
    const attempts = trap.attempts;
    const visits = trap.visits;
    expect(await visit(trap.port)).toEqual(changed(trap.port, trap.fingerprint, known));
    expect(trap.visits).toBeGreaterThan(visits);
    expect(trap.attempts).toBe(attempts);
    await accept({ host: '127.0.0.1', port: trap.port, fingerprint: trap.fingerprint });
    await visit(trap.port);
    expect(trap.attempts).toBe(attempts + 1);
  });

  test('is one, however many first visits there are at once: who met another server is refused', async () => {
    const proxy = await alternating([sshd.port, second.port]);
    stopping.push(proxy.stop);
    // Both servers let the same person in.
    const answers = await Promise.all([
      visit(proxy.port, { key: sshd.privateKey }),
      visit(proxy.port, { key: second.privateKey }),
    ]);
    const keys = await list();
    expect(keys).toHaveLength(1);
    for (const answer of answers) if (answer.success) expect(answer.details.fingerprint).toBe(keys[0].fingerprint);
    const both = await Promise.all([
      visit(sshd.port, { key: sshd.privateKey }),
      visit(sshd.port, { key: sshd.privateKey }),
    ]);
    expect(both.map((one) => one.success)).toEqual([true, true]);
    expect(await list()).toHaveLength(2);
  });

  test('is forgotten when a person says so: the next visit pins what it sees', async () => {
    await accept({ host: '127.0.0.1', port: sshd.port, fingerprint: trap.fingerprint });
    expect(await visit(sshd.port, { key: sshd.privateKey })).toMatchObject({ success: false });
    const answer = await forget('127.0.0.1', sshd.port);
    expect([answer.status, answer.json]).toEqual([200, { message: 'Host key removed' }]);
    expect((await forget('127.0.0.1', sshd.port)).status).toBe(404);
    expect(await visit(sshd.port, { key: sshd.privateKey })).toMatchObject({ success: true });
  });

  test('is kept under one spelling of the name', async () => {
    const { fingerprint } = trap;
    await accept({ host: 'NAS.Local', port: 22, fingerprint });
    await accept({ host: 'nas.local', port: 22, fingerprint });
    await accept({ host: '[fd00::7]', port: 22, fingerprint });
    expect((await list()).map((one: { host: string }) => one.host)).toEqual(['fd00::7', 'nas.local']);
    expect((await forget('[fd00::7]', 22)).status).toBe(200);
    expect((await forget('NAS.LOCAL', 22)).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  test('is accepted only in the form ssh prints it, for a host that may be one', async () => {
    const good = { host: 'nas.local', port: 22, fingerprint: trap.fingerprint };
    for (const bad of [
      { fingerprint: '' },
      { fingerprint: 'SHA256:' },
      { fingerprint: trap.fingerprint.slice(0, -1) },
      { fingerprint: `${trap.fingerprint}=` },
      { fingerprint: `${trap.fingerprint.slice(0, -1)}B` }, // no 32 bytes end so
      { fingerprint: trap.fingerprint.replace('SHA256', 'MD5') },
      { fingerprint: `${trap.fingerprint}\n` },
      { host: '' },
      { host: 'two words' },
      { host: '169.254.169.254' },
      { port: 0 },
      { port: 65_536 },
      { port: '22' },
    ])
      expect([bad, (await accept({ ...good, ...bad })).status]).toEqual([bad, 400]);
    expect(await list()).toEqual([]);
  });

  test('is nobody else’s business', async () => {
    expect((await app.call('GET', '/api/providers/host-keys')).status).toBe(401);
    expect((await app.call('POST', '/api/providers/host-keys/accept', { body: {} })).status).toBe(401);
    expect((await app.call('DELETE', '/api/providers/host-keys?host=x&port=22')).status).toBe(401);
  });
});

const pick = ({ host, port, fingerprint }: Record<string, unknown>) => ({ host, port, fingerprint });

/** Connections go to one server after the other in turn. */
async function alternating(ports: readonly number[]): Promise<{ port: number; stop(): Promise<void> }> {
  let count = 0;
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const other = connect({ host: '127.0.0.1', port: ports[count++ % ports.length] ?? 0 });
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      open.add(one);
      one.on('error', () => two.destroy());
      one.on('close', () => two.destroy());
      one.pipe(two);
    }
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => listening.resolve());
  await listening.promise;
  return {
    port: (server.address() as { port: number }).port,
    stop: () => {
      for (const one of open) one.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
