import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { insistSample, namesIn, overheard, put, sampleContent } from '../../../src/storage/checks/context.ts';
import type { S3Driver } from '../../../src/storage/drivers/s3/driver.ts';
import { StorageError } from '../../../src/storage/errors.ts';
import { withStall } from '../../../src/storage/wrap/stall.ts';
import { scale } from '../../harness/scale.ts';
import { tempDir } from '../../harness/temp.ts';
import { type ChaosProxy, startChaosProxy } from '../../servers/chaos-proxy.ts';
import type { Radosgw } from '../../servers/radosgw.ts';
import { dyingContent, fileSlot } from './dying-upload.ts';
import { codeOf, createSlot, openS3, problemOf } from './place.ts';

const { signal } = new AbortController();
const part = scale.cloudPartBytes;
const size = 8 * part + 17;
const parts = 9;
const sendsPart = /^PUT .*partNumber=/;
const completes = /^POST .*uploadId=/;

/** The network breaks, the process dies, the answer gets lost. */
export function interruptions(server: Radosgw): void {
  describe('when the line to S3 breaks', () => {
    let proxy: ChaosProxy;
    let bucket: string;
    let driver: S3Driver;
    const sent = (from = 0) => proxy.requests.slice(from).filter((request) => sendsPart.test(request)).length;

    beforeAll(async () => {
      proxy = await startChaosProxy({ port: server.port }, { http: true });
      bucket = await server.makeBucket();
      driver = openS3(server, { bucket, endpoint: `http://127.0.0.1:${proxy.port}` });
    });
    afterAll(async () => {
      await driver.close();
      await proxy.stop();
    });

    test('an upload cut in the middle of a part goes on with the parts that arrived', async () => {
      const resume = createSlot();
      proxy.setRules({ when: sendsPart, after: 5, strike: { cut: 'up', afterBytes: part / 2 } });
      const problem = await problemOf(put({ driver, signal }, 'cut', sampleContent(size, 1), { resume }));
      expect(problem.code).toBe('unreachable');
      expect(resume.load()).not.toBe(null);
      expect(await driver.stat('cut', signal)).toBe(null);
      proxy.setRules();
      const before = proxy.requests.length;
      await put({ driver, signal }, 'cut', sampleContent(size, 1), { resume });
      expect(sent(before)).toBeLessThanOrEqual(parts - 5);
      expect(resume.load()).toBe(null);
      await insistSample({ driver, signal }, 'cut', size, 1);
    });

    test('without anything remembered, a cut upload leaves nothing at the service', async () => {
      proxy.setRules({ when: sendsPart, after: 2, strike: { cut: 'up', afterBytes: part / 2 } });
      expect(await codeOf(put({ driver, signal }, 'forgotten', sampleContent(size, 1)))).toBe('unreachable');
      proxy.setRules();
      expect(await driver.sweep('', [], 0, signal)).toBe(0);
      expect(await driver.stat('forgotten', signal)).toBe(null);
    });

    test('a file that was put together, while the answer got lost, is not sent again', async () => {
      const resume = createSlot();
      proxy.setRules({ when: completes, strike: { dropAnswer: true } });
      expect(await codeOf(put({ driver, signal }, 'lost answer', sampleContent(size, 2), { resume }))).toBe(
        'unreachable',
      );
      proxy.setRules();
      const before = proxy.requests.length;
      const written = await put({ driver, signal }, 'lost answer', sampleContent(size, 2), { resume });
      expect(sent(before)).toBe(0);
      expect(resume.load()).toBe(null);
      expect(written.tag).toBe((await driver.list('', signal)).find(({ path }) => path === 'lost answer')?.tag ?? '');
      await insistSample({ driver, signal }, 'lost answer', size, 2);
    });

    test('a lost answer is not taken for the file of another content', async () => {
      const resume = createSlot();
      proxy.setRules({ when: completes, strike: { dropAnswer: true } });
      await problemOf(put({ driver, signal }, 'other content', sampleContent(size, 3), { resume }));
      proxy.setRules();
      await put({ driver, signal }, 'other content', sampleContent(size, 4), { resume });
      await insistSample({ driver, signal }, 'other content', size, 4);
    });

    test('parts whose bytes are others by now are sent again, though size and time are the same', async () => {
      const resume = createSlot();
      const dying = overheard(sampleContent(size, 5), async (offset) => {
        if (offset >= 6 * part) throw new Error('the process died here');
      });
      await put({ driver, signal }, 'changed', dying, { resume }).catch(() => null);
      const before = proxy.requests.length;
      const half = sampleContent(size, 5);
      const changed = {
        size,
        read: async (offset: number, length: number) =>
          offset < 2 * part ? sampleContent(size, 6).read(offset, length) : half.read(offset, length),
      };
      await put({ driver, signal }, 'changed', changed, { resume });
      expect(sent(before)).toBe(2 + 3);
      const back = await new Response(await driver.read('changed', {}, signal)).bytes();
      expect(Buffer.compare(back.subarray(0, 2 * part), await sampleContent(size, 6).read(0, 2 * part))).toBe(0);
      expect(Buffer.compare(back.subarray(2 * part), await half.read(2 * part, size - 2 * part))).toBe(0);
    });

    test('a source that changed never completes an upload, and leaves no parts', async () => {
      const resume = createSlot();
      const failing = overheard(sampleContent(size, 1), async (offset) => {
        if (offset >= 6 * part) throw new StorageError('source', 'It changed.');
      });
      expect(await codeOf(put({ driver, signal }, 'failing', failing, { resume }))).toBe('source');
      expect(resume.load()).toBe(null);
      expect(await driver.sweep('', [], 0, signal)).toBe(0);
      expect(await driver.stat('failing', signal)).toBe(null);
    });

    test('an upload nobody goes on with is swept away, one that is remembered is not', async () => {
      const slots = [createSlot(), createSlot()];
      for (const [index, resume] of slots.entries()) {
        const dying = overheard(sampleContent(size, 1), async (offset) => {
          if (offset >= 2 * part) throw new Error('the process died here');
        });
        await put({ driver, signal }, `unfinished ${index}`, dying, { resume }).catch(() => null);
      }
      expect(await driver.sweep('', [], 60_000, signal)).toBe(0);
      expect(await driver.sweep('', [slots[0]?.load()], 0, signal)).toBe(1);
      expect(await driver.sweep('', [], 0, signal)).toBe(1);
    });

    test('a line that falls silent ends the upload in time, and the next try goes on', async () => {
      const resume = createSlot();
      proxy.setRules({ when: sendsPart, after: 4, times: 100, strike: { stall: 'up', afterBytes: part / 2 } });
      const impatient = withStall(driver, { silenceMs: 1_000 });
      const write = put({ driver: impatient, signal }, 'silent', sampleContent(size, 1), { resume });
      expect(await codeOf(write)).toBe('timeout');
      proxy.setRules();
      const before = proxy.requests.length;
      await put({ driver, signal }, 'silent', sampleContent(size, 1), { resume });
      expect(sent(before)).toBe(parts - 4);
      await insistSample({ driver, signal }, 'silent', size, 1);
    });

    test('a small file whose answer got lost is told as not written, and may be written again', async () => {
      // Often: a request on a connection that was kept is sent once more by the runtime itself.
      proxy.setRules({ when: /^PUT .*small/, times: 50, strike: { dropAnswer: true } });
      expect(await codeOf(put({ driver, signal }, 'small', 'x'))).toBe('unreachable');
      proxy.setRules();
      await put({ driver, signal }, 'small', 'x');
      await driver.remove('small', signal);
    });

    test('a listing that is cut off is an error, never a part', async () => {
      for (let n = 0; n < 40; n += 1) await put({ driver, signal }, `cut off/${n}`, 'x');
      for (const how of ['reset', 'end'] as const) {
        proxy.setRules({ when: /list-type=2/, strike: { cut: 'down', afterBytes: 3_000, how } });
        expect(['unreachable', 'protocol']).toContain(await codeOf(driver.list('cut off', signal)));
      }
      expect((await namesIn({ driver, signal }, 'cut off')).length).toBe(40);
    });

    test('a download that is cut off is an error, never a shorter file', async () => {
      await put({ driver, signal }, 'download', sampleContent(size, 1));
      for (const how of ['reset', 'end'] as const) {
        proxy.setRules({ when: /^GET .*download/, strike: { cut: 'down', afterBytes: size / 2, how } });
        const read = async () => new Response(await driver.read('download', {}, signal)).bytes();
        expect(await codeOf(read())).toBe('unreachable');
      }
    });

    test('an upload goes on after kill -9, and ends as the very file', async () => {
      const slot = join(tempDir('s3'), 'slot.json');
      const endpoint = `http://127.0.0.1:${proxy.port}`;
      const order = { server: { ...server, endpoint }, place: { bucket }, path: 'killed', slot };
      const child = spawn(process.execPath, [join(import.meta.dir, 'dying-upload.ts'), JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const enough = scale.cloudFileBytes * 0.5;
      let arrived = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        arrived = Number(line);
        if (arrived >= enough) break;
      }
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(arrived).toBeGreaterThanOrEqual(enough);
      expect(await driver.stat('killed', signal)).toBe(null);

      const before = proxy.requests.length;
      await put({ driver, signal }, 'killed', dyingContent(), { resume: fileSlot(slot) });
      expect(sent(before)).toBeLessThanOrEqual((scale.cloudFileBytes - arrived) / part);
      await insistSample({ driver, signal }, 'killed', scale.cloudFileBytes, 9);
      expect(await driver.sweep('', [], 0, signal)).toBe(0);
    });
  });
}
