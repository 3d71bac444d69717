import { afterAll, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scale } from '../../../../test/harness/scale.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { startChaosProxy } from '../../../../test/servers/chaos-proxy.ts';
import { sftpDriver } from '../../../../test/servers/sftp-driver.ts';
import type { UploadOrder } from '../../../../test/servers/sftp-upload.ts';
import { startSshd } from '../../../../test/servers/sshd.ts';
import { allOf, insistSample, overheard, sampleContent } from '../../checks/context.ts';
import { bytesContent } from '../../content.ts';
import type { ResumeSlot, StorageDriver } from '../../driver.ts';
import type { StorageError } from '../../errors.ts';

const { signal } = new AbortController();
const server = await startSshd();
const proxy = await startChaosProxy(server);
const opened = new Set<StorageDriver>();
afterAll(async () => {
  await Promise.all([...opened].map((driver) => driver.close()));
  await proxy.stop();
  await server.stop();
});
function open(port = server.port): StorageDriver {
  const driver = sftpDriver(server, { config: { port }, ports: { tuning: { stallMs: 1_000 } } });
  opened.add(driver);
  return driver;
}
const codeOf = (error: StorageError) => error.code;
const MiB = 1024 * 1024;

/** A memory as a database keeps it, and how often it was written. */
function slot(first: unknown = null): ResumeSlot & { kept(): string } {
  let kept = JSON.stringify(first);
  return {
    load: () => JSON.parse(kept),
    save: (state) => void (kept = JSON.stringify(state)),
    clear: () => void (kept = 'null'),
    kept: () => kept,
  };
}
const parts = () => readdirSync(server.folder).filter((name) => name.endsWith('.part'));

test.each([
  ['cut', { cut: 'up', afterBytes: 7 * MiB }, 'unreachable'],
  ['cut before an answer', { cut: 'down', afterBytes: 5_000 }, 'unreachable'],
  ['stalled', { stall: 'up', afterBytes: 7 * MiB }, 'timeout'],
  ['stalled on the way back', { stall: 'down', afterBytes: 5_000 }, 'timeout'],
] as const)('a line that is %s leaves the old file, and the next try goes on', async (name, strike, code) => {
  const [path, size] = [`line ${name}`, 12 * MiB + 5];
  const lateEnough = strike.afterBytes > MiB;
  const resume = slot();
  const driver = open(proxy.port);
  await driver.write(path, bytesContent(Buffer.from('old')), { signal, mtimeNs: null });
  await driver.close();
  proxy.setRules({ strike });
  const again = open(proxy.port);
  const content = sampleContent(size, 4);
  expect(await again.write(path, content, { signal, mtimeNs: null, resume }).catch(codeOf)).toBe(code);
  expect(readFileSync(join(server.folder, path), 'utf8')).toBe('old');
  const before = proxy.bytes.up;
  await again.write(path, content, { signal, mtimeNs: null, resume });
  // What was in flight is lost, and what was not flushed is read back, which is the other direction.
  if (lateEnough) expect(proxy.bytes.up - before).toBeLessThan(9 * MiB);
  await insistSample({ driver: again, signal }, path, size, 4);
  expect([resume.kept(), parts()]).toEqual(['null', []]);
});

test('a read over a line that is cut ends with an error, and never as if it were whole', async () => {
  const driver = open(proxy.port);
  await driver.write('to read', sampleContent(8 * MiB), { signal, mtimeNs: null });
  await driver.close();
  proxy.setRules({ strike: { cut: 'down', afterBytes: 3 * MiB, how: 'end' } });
  const again = open(proxy.port);
  expect(await allOf(await again.read('to read', {}, signal)).catch(codeOf)).toBe('unreachable');
  await insistSample({ driver: again, signal }, 'to read', 8 * MiB, 1);
});

test('an upload goes on after our process was killed, and what lies there is not trusted blindly', async () => {
  const dir = tempDir('sftp-kill');
  const size = scale.cloudFileBytes;
  const [orderFile, slotFile] = [join(dir, 'order.json'), join(dir, 'slot.json')];
  const { port, user, folder, privateKey } = server;
  const order: UploadOrder = {
    server: { port, user, folder, privateKey },
    path: 'killed',
    size,
    seed: 9,
    slotFile,
    partBytes: 4 * MiB,
  };
  writeFileSync(orderFile, JSON.stringify(order), { mode: 0o600 });
  const program = join(import.meta.dir, '../../../../test/servers/sftp-upload.ts');
  const child = spawn(process.execPath, [program, orderFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
  child.stdout.on('data', (bytes: Buffer) => {
    const arrived = Number(bytes.toString().trim().split('\n').at(-1));
    if (arrived > size * 0.6) child.kill('SIGKILL');
  });
  expect(await ended).toBe('SIGKILL');

  const remembered = JSON.parse(readFileSync(slotFile, 'utf8')) as { part: string; flushed: number };
  expect(remembered.flushed).toBeGreaterThan(0);
  expect(parts()).toEqual([remembered.part]);
  const driver = open(proxy.port);
  expect(await driver.stat('killed', signal)).toBe(null);
  const before = proxy.bytes.up;
  await driver.write('killed', sampleContent(size, 9), { signal, mtimeNs: null, resume: slot(remembered) });
  expect(proxy.bytes.up - before).toBeLessThan(size / 2);
  await insistSample({ driver, signal }, 'killed', size, 9);
  expect(parts()).toEqual([]);
}, 120_000);

test('a part that lost its last bytes, or holds other ones, is seen through', async () => {
  const driver = open();
  const size = 6 * MiB;
  for (const spoil of [
    (file: string) => writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, -5_000), Buffer.alloc(5_000)])),
    (file: string) => truncateSync(file, 1_000_000),
    (file: string) => truncateSync(file, 0),
    (file: string) => truncateSync(file, 2 * size),
  ]) {
    const resume = slot();
    const failing = overheard(sampleContent(size, 2), async (offset) => {
      if (offset > 4 * MiB) throw new Error('died');
    });
    expect(await driver.write('spoilt', failing, { signal, mtimeNs: null, resume }).catch(String)).toContain('died');
    const [part] = parts();
    spoil(join(server.folder, part as string));
    await driver.write('spoilt', sampleContent(size, 2), { signal, mtimeNs: null, resume });
    await insistSample({ driver, signal }, 'spoilt', size, 2);
    expect([resume.kept(), parts()]).toEqual(['null', []]);
  }
});
