import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { driveSizes, memorySlot, oneToken, openDrive } from '../../../../test/harness/drive.ts';
import type { DriveUpload } from '../../../../test/harness/drive-upload.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { startChaosProxy } from '../../../../test/servers/chaos-proxy.ts';
import { type GoogleDriveDouble, startGoogleDrive } from '../../../../test/servers/google-drive.ts';
import { overheard, sample, sampleContent } from '../../checks/context.ts';
import type { Content, StorageDriver, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { createTokenSource, type StoredTokens } from '../../oauth/token-source.ts';
import type { TokenSource } from '../../port.ts';

const { signal } = new AbortController();
const part = driveSizes.partBytes;
const size = 5 * part + 17;

async function withDouble(
  work: (double: GoogleDriveDouble, open: (tokens?: TokenSource) => StorageDriver) => Promise<void>,
): Promise<void> {
  const double = await startGoogleDrive();
  const opened: StorageDriver[] = [];
  try {
    await work(double, (tokens = oneToken(double.google.signIn().accessToken)) => {
      const drive = openDrive(double, { tokens });
      opened.push(drive);
      return drive;
    });
  } finally {
    for (const drive of opened) await drive.close();
    await double.stop();
  }
}
const write = (drive: StorageDriver, content: Content, more: Partial<WriteOptions> = {}): Promise<Written> =>
  drive.write('file', content, { signal, mtimeNs: null, ...more });
const failure = async (work: Promise<unknown>): Promise<StorageError> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof StorageError)) throw new Error('No StorageError', { cause: error });
  return error;
};
const allOf = async (drive: StorageDriver) =>
  Buffer.from(await new Response(await drive.read('file', {}, signal)).arrayBuffer());
/** Bytes of content that were sent to upload addresses. */
const sentBytes = (double: GoogleDriveDouble) =>
  double.requests
    .filter(({ query, contentRange }) => query.has('upload_id') && !contentRange?.includes('*'))
    .reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);

describe('a large upload', () => {
  test('goes on where it stopped after 5xx, a cut connection and a chunk that was kept in part', () =>
    withDouble(async (double, open) => {
      const drive = open();
      const resume = memorySlot();
      const told: number[] = [];
      const options = { resume, onProgress: (bytes: number) => told.push(bytes) };
      double.fail({ when: /^PUT/, after: 2, answer: { status: 503 } });
      expect((await failure(write(drive, sampleContent(size), options))).code).toBe('unavailable');
      double.fail({ when: /^PUT/, after: 2, times: 2, lose: true });
      expect((await failure(write(drive, sampleContent(size), options))).code).toBe('unreachable');
      double.fail();
      double.behaviour.keepOnly = part - 5000;
      expect((await write(drive, sampleContent(size), options)).verified).toBe(true);
      expect(await allOf(drive)).toEqual(Buffer.from(sample(size)));
      expect(told.at(-1)).toBe(size);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(resume.kept).toBe(null);
    }));

  test('begins anew when Google forgot it, in the middle or after a week', () =>
    withDouble(async (double, open) => {
      const drive = open();
      const resume = memorySlot();
      let cut = true;
      const content = overheard(sampleContent(size), async (offset) => {
        if (cut && offset > 2 * part) double.uploads.forgetAll();
      });
      expect((await failure(write(drive, content, { resume }))).code).toBe('unavailable');
      expect(resume.kept).toBe(null);
      cut = false;
      const dying = overheard(content, async (offset) => {
        if (offset > 2 * part) throw new StorageError('source', 'gone');
      });
      expect((await failure(write(drive, dying, { resume }))).code).toBe('source');
      expect(resume.kept).not.toBe(null);
      double.uploads.forgetAll();
      await write(drive, content, { resume });
      expect(await allOf(drive)).toEqual(Buffer.from(sample(size)));
    }));

  test('what arrived differently is refused, and the file before is put back', () =>
    withDouble(async (double, open) => {
      const drive = open();
      for (const bytes of [1000, size]) {
        double.behaviour.corruptNext = 1;
        expect((await failure(write(drive, sampleContent(bytes)))).code).toBe('integrity');
        expect(await drive.list('', signal)).toEqual([]);
        await write(drive, sampleContent(bytes, 1));
        double.behaviour.corruptNext = 1;
        expect((await failure(write(drive, sampleContent(bytes, 2)))).code).toBe('integrity');
        expect(await allOf(drive)).toEqual(Buffer.from(sample(bytes, 1)));
        await drive.remove('file', signal);
      }
    }));

  test('goes on through a network that cuts it in the middle of a chunk', async () => {
    const double = await startGoogleDrive();
    const proxy = await startChaosProxy({ port: double.port });
    const drive = openDrive(
      { url: `https://127.0.0.1:${proxy.port}`, fingerprint: double.fingerprint },
      { tokens: oneToken(double.google.signIn().accessToken) },
    );
    try {
      const resume = memorySlot();
      proxy.setRules({ times: 6, strike: { cut: 'up', afterBytes: 2.5 * part } });
      // fetch itself tries a chunk once more, so that not every cut is seen here.
      for (let done = false; !done; )
        done = await write(drive, sampleContent(size), { resume }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof StorageError && error.code === 'unreachable') return false;
            throw error;
          },
        );
      expect(proxy.strikes).toBeGreaterThan(1);
      expect(await allOf(drive)).toEqual(Buffer.from(sample(size)));
      expect(await drive.list('', signal)).toHaveLength(1);
    } finally {
      await drive.close();
      await proxy.stop();
      await double.stop();
    }
  });

  test('goes on in the next process after kill -9, and what arrived is not sent again', () =>
    withDouble(async (double, open) => {
      const [bytes, partBytes] = [scale.cloudFileBytes / 4, scale.cloudPartBytes];
      const upload: DriveUpload = {
        access: { url: double.url, fingerprint: double.fingerprint },
        accessToken: double.google.signIn().accessToken,
        path: 'file',
        bytes,
        partBytes,
        slotFile: join(tempDir('drive'), 'slot.json'),
      };
      const start = () =>
        Bun.spawn({
          cmd: [
            process.execPath,
            join(import.meta.dir, '../../../../test/harness/drive-upload.ts'),
            JSON.stringify(upload),
          ],
          stdout: 'pipe',
          stderr: 'inherit',
        });
      const first = start();
      let arrived = 0;
      for await (const piece of first.stdout) {
        arrived = Number(new TextDecoder().decode(piece).trim().split('\n').at(-1));
        if (arrived >= bytes * 0.6) break;
      }
      first.kill('SIGKILL');
      await first.exited;
      expect(double.store.files.size).toBe(1);
      const second = start();
      const lines = (await new Response(second.stdout).text()).trim().split('\n');
      expect(await second.exited).toBe(0);
      expect(Number(lines[0])).toBeGreaterThanOrEqual(arrived);
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ size: bytes, verified: true });
      expect(sentBytes(double)).toBeLessThanOrEqual(bytes + 2 * partBytes);
      const drive = open();
      let at = 0;
      for await (const piece of await drive.read('file', {}, signal)) {
        expect(Buffer.compare(piece, sample(piece.byteLength, 1, at))).toBe(0);
        at += piece.byteLength;
      }
      expect(at).toBe(bytes);
    }));
});

describe('tokens', () => {
  test('one that ends in the middle of a run is replaced, once for everybody', () =>
    withDouble(async (double, open) => {
      let stored: StoredTokens = double.google.signIn();
      let refreshes = 0;
      const tokens = createTokenSource({
        load: () => stored,
        store(fresh) {
          stored = fresh;
        },
        async refresh(refreshToken) {
          refreshes += 1;
          return { ...double.google.signIn(), refreshToken };
        },
        now: Date.now,
      });
      const drive = open(tokens);
      await drive.makeFolder('folder', signal);
      const ended = overheard(sampleContent(size), async (offset) => {
        if (offset === 2 * part) double.google.expireAll();
      });
      await Promise.all([
        write(drive, ended),
        ...[1, 2, 3].map((n) => drive.write(`folder/${n}`, sampleContent(n), { signal, mtimeNs: null })),
      ]);
      expect(await allOf(drive)).toEqual(Buffer.from(sample(size)));
      expect(refreshes).toBe(1);
    }));

  test('none is sent to another host, whatever was remembered of an upload', () =>
    withDouble(async (_, open) => {
      const seen: (string | null)[] = [];
      const stranger = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch(request) {
          seen.push(request.headers.get('authorization'));
          return new Response(null, { status: 404 });
        },
      });
      try {
        const drive = open();
        for (const session of [`http://127.0.0.1:${stranger.port}/x`, `https://127.0.0.1:${stranger.port}/x`]) {
          const resume = memorySlot();
          const dying = overheard(sampleContent(size), async (offset) => {
            if (offset > 0) throw new StorageError('source', 'gone');
          });
          await failure(write(drive, dying, { resume }));
          resume.save({ ...(resume.kept as object), session });
          await write(drive, sampleContent(size), { resume }).catch(() => {});
        }
        expect(seen.filter((header) => header !== null)).toEqual([]);
      } finally {
        await stranger.stop(true);
      }
    }));
});
