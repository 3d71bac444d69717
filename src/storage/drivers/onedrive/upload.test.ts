import { afterAll, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openOneDrive, oneDrivePartBytes as part } from '../../../../test/harness/onedrive.ts';
import { fileSlot, type WriterOrder } from '../../../../test/harness/onedrive-writer.ts';
import { ended } from '../../../../test/harness/processes.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { startChaosProxy } from '../../../../test/servers/chaos-proxy.ts';
import { type OneDriveDouble, type OneDriveDoubleOptions, startOneDrive } from '../../../../test/servers/onedrive.ts';
import { slowQuickXor } from '../../../../test/servers/onedrive-quickxor.ts';
import { get, insistSample, overheard, put, sampleContent } from '../../checks/context.ts';
import type { StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { withRetry } from '../../wrap/retry.ts';

const { signal } = new AbortController();
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

async function start(options: OneDriveDoubleOptions = {}): Promise<{ double: OneDriveDouble; driver: StorageDriver }> {
  const double = await startOneDrive(options);
  const driver = openOneDrive(double);
  ends.push(
    () => double.stop(),
    () => driver.close(),
  );
  return { double, driver };
}

const failure = async (work: Promise<unknown>): Promise<StorageError> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageError);
  const told = error as StorageError;
  expect(JSON.stringify([told.message, told.details])).not.toContain('secret of the service');
  return told;
};
const sent = (double: OneDriveDouble, from = 0) =>
  double.requests.slice(from).filter((line) => line.startsWith('PUT /up/')).length;
const size = 6 * part + 17;
const fragments = 7;

describe('an upload to OneDrive', () => {
  test('goes on after a trouble of the service without sending anything twice', async () => {
    const { double, driver } = await start();
    double.fail({ when: /^PUT \/up/, after: 3, answer: { status: 500 } });
    const written = await put({ driver, signal }, 'file', sampleContent(size, 2));
    expect(written).toMatchObject({ size, verified: true });
    expect(sent(double)).toBe(fragments + 1); // the refused one again
    await insistSample({ driver, signal }, 'file', size, 2);
  });

  test('asks for its position when an answer was lost, in the middle or at the very end', async () => {
    const { double, driver } = await start();
    for (const after of [2, fragments - 1]) {
      const before = double.requests.length;
      double.fail({ when: /^PUT \/up/, after, lose: true });
      const written = await put({ driver, signal }, `lost-${after}`, sampleContent(size, after));
      expect(written).toMatchObject({ size, verified: true });
      expect(sent(double, before)).toBe(fragments);
      await insistSample({ driver, signal }, `lost-${after}`, size, after);
    }
  });

  test('begins anew when the service forgot it, and gives up when that happens again and again', async () => {
    const { double, driver } = await start();
    double.fail({ when: /^PUT \/up/, after: 3, before: () => double.uploads.open.clear() });
    await put({ driver, signal }, 'file', sampleContent(size, 3));
    await insistSample({ driver, signal }, 'file', size, 3);
    double.fail({ when: /^PUT \/up/, times: 99, before: () => double.uploads.open.clear() });
    expect((await failure(put({ driver, signal }, 'other', sampleContent(size, 3)))).code).toBe('unavailable');
    expect(await driver.stat('other', signal)).toBeNull();
  });

  test('is not gone on with when the service will have forgotten it', async () => {
    const { double, driver } = await start();
    const dir = tempDir('onedrive');
    double.uploads.lifeMs = 30_000;
    const stop = new AbortController();
    const dying = overheard(sampleContent(size, 4), async (offset) => {
      if (offset > 3 * part) stop.abort(new Error('cancelled'));
    });
    const resume = fileSlot(join(dir, 'slot'));
    await put({ driver, signal: stop.signal }, 'file', dying, { resume }).catch(() => null);
    await put({ driver, signal }, 'file', sampleContent(size, 4), { resume });
    // By session: what was on its way when the first one was given up may be heard of late.
    const sessions = double.requests.filter((line) => line.startsWith('PUT /up/'));
    expect(sessions.filter((line) => line === sessions.at(-1))).toHaveLength(fragments);
    expect(new Set(sessions).size).toBe(2);
  });

  test('that is asked to slow down says so at once, and goes on where it was when it is tried again', async () => {
    const { double, driver } = await start();
    double.fail({ when: /^PUT \/up/, after: 4, answer: { status: 429, headers: { 'retry-after': '7' } } });
    const content = sampleContent(size, 5);
    const refused = await failure(put({ driver, signal }, 'file', content));
    expect(refused).toMatchObject({ code: 'rate_limited', retryAfterMs: 7000 });
    const before = double.requests.length;
    await put({ driver, signal }, 'file', content);
    expect(sent(double, before)).toBe(fragments - 4);
    await insistSample({ driver, signal }, 'file', size, 5);
  });

  test('whose content fails or whose drive is full leaves no session behind', async () => {
    const { double, driver } = await start({ driveType: 'business', totalBytes: 8 * part });
    const problem = new StorageError('source', 'The file changed.');
    const failing = overheard(sampleContent(size, 6), async (offset) => {
      if (offset > 3 * part) throw problem;
    });
    expect(await failure(put({ driver, signal }, 'file', failing))).toBe(problem);
    await put({ driver, signal }, 'old', 'old');
    expect((await failure(put({ driver, signal }, 'old', sampleContent(9 * part, 6)))).code).toBe('quota');
    expect((await get({ driver, signal }, 'old')).toString()).toBe('old');
    await driver.close();
    expect(double.uploads.open.size).toBe(0);
  });

  test('to a full personal drive is refused before a byte is sent', async () => {
    const { double, driver } = await start({ totalBytes: 1000 });
    expect((await failure(put({ driver, signal }, 'file', sampleContent(size)))).code).toBe('quota');
    expect(sent(double)).toBe(0);
  });

  test('that arrives as something else is named and taken away again', async () => {
    const { double, driver } = await start();
    double.behaviour.rewritesOffice = true;
    const refused = await failure(put({ driver, signal }, 'letter.docx', 'Dear Ada'));
    expect(refused.code).toBe('integrity');
    expect(await driver.list('', signal)).toEqual([]);
    const item = { id: 'x', name: 'y', size: 5, file: { hashes: { quickXorHash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' } } };
    double.fail({ when: /^PUT \/up/, answer: { status: 201, body: JSON.stringify(item) }, done: true });
    expect((await failure(put({ driver, signal }, 'same-size', 'hello'))).code).toBe('integrity');
  });

  test('that was begun by somebody who did not tell its hash is compared as a whole', async () => {
    for (const broken of [false, true]) {
      const { double } = await start();
      let kept: object | null = null;
      const resume = {
        load: (): unknown => kept && { ...kept, hash: null },
        save: (state: unknown) => void (kept = state as object),
        clear: () => void (kept = null),
      };
      const stop = new AbortController();
      const dying = overheard(sampleContent(size, 7), async (offset) => {
        if (offset > 4 * part) stop.abort(new Error('cancelled'));
      });
      const first = openOneDrive(double);
      await put({ driver: first, signal: stop.signal }, 'file', dying, { resume }).catch(() => null);
      await first.close();
      const session = [...double.uploads.open.values()][0];
      if (!session || session.bytes < 2 * part) throw new Error('nothing was begun');
      if (broken) {
        (session.arrived[0] as Uint8Array)[0] = ((session.arrived[0] as Uint8Array)[0] as number) ^ 1;
        session.hash = slowQuickXor();
        for (const piece of session.arrived) session.hash.update(piece);
      }
      const before = double.requests.length;
      const second = openOneDrive(double);
      const write = put({ driver: second, signal }, 'file', sampleContent(size, 7), { resume });
      if (broken) expect((await failure(write)).code).toBe('integrity');
      else expect(await write).toMatchObject({ size, verified: true });
      expect(sent(double, before)).toBeLessThan(fragments - 1);
      expect((await second.stat('file', signal))?.size ?? null).toBe(broken ? null : size);
      await second.close();
    }
  });

  test('of an Office file to a work account is what the service made of it, as the next listing shows', async () => {
    const { driver } = await start({ driveType: 'business' });
    const written = await put({ driver, signal }, 'letter.docx', 'Dear Ada');
    const [listed] = await driver.list('', signal);
    expect(written).toMatchObject({ size: 108, verified: true });
    expect(listed).toMatchObject({ size: 108, tag: written.tag as string });
  });

  test('goes through a line that is cut again and again', async () => {
    let told: number | null = null;
    const double = await startOneDrive({ toldPort: () => told });
    const proxy = await startChaosProxy({ port: double.port });
    told = proxy.port;
    const driver = withRetry(openOneDrive(double), { firstWaitMs: 1, longestWaitMs: 5 });
    ends.push(
      () => double.stop(),
      () => proxy.stop(),
      () => driver.close(),
    );
    await driver.makeFolder('deep/er', signal);
    proxy.setRules(
      ...[3, 2, 1.4].map((n) => ({ strike: { cut: 'up' as const, afterBytes: Math.floor(n * part) }, times: 1 })),
      { strike: { cut: 'down', afterBytes: 4000 }, times: 2 },
    );
    proxy.reset();
    const heard: number[] = [];
    await put({ driver, signal }, 'deep/er/file', sampleContent(size, 8), { onProgress: (bytes) => heard.push(bytes) });
    expect(proxy.strikes).toBeGreaterThan(2);
    expect(heard.at(-1)).toBe(size);
    expect(proxy.bytes.up).toBeLessThan(size * 2.2);
    proxy.setRules();
    proxy.reset(); // kept connections still carry their fate
    await insistSample({ driver, signal }, 'deep/er/file', size, 8);
  });

  test('goes on in another process when ours was killed in the middle', async () => {
    const { double, driver } = await start();
    const slot = join(tempDir('onedrive'), 'slot.json');
    const order: WriterOrder = {
      graphUrl: double.graphUrl,
      fingerprint: double.fingerprint,
      token: double.token,
      slot,
      path: 'folder/large',
      bytes: size,
    };
    const writer = join(import.meta.dir, '../../../../test/harness/onedrive-writer.ts');
    const child = spawn(process.execPath, [writer, JSON.stringify(order)], { stdio: 'inherit' });
    const killed = Promise.withResolvers<void>();
    double.fail({
      when: /^PUT \/up/,
      after: 4,
      before: async () => {
        child.kill('SIGKILL');
        await ended(child.pid as number);
        killed.resolve();
      },
    });
    await killed.promise;
    expect(await driver.stat('folder/large', signal)).toBeNull();

    const before = double.requests.length;
    const heard: number[] = [];
    const written = await put({ driver, signal }, 'folder/large', sampleContent(size, 9), {
      mtimeNs: null,
      resume: fileSlot(slot),
      onProgress: (bytes) => heard.push(bytes),
    });
    expect(sent(double, before)).toBeLessThanOrEqual(fragments - 4);
    expect(heard[0]).toBeGreaterThanOrEqual(4 * part);
    expect(written.verified).toBe(true);
    await insistSample({ driver, signal }, 'folder/large', size, 9);
  });
});
