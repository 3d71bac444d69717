import { describe, expect, test } from 'bun:test';
import { type DriveOptions, memorySlot, oneToken, openDrive } from '../../../../test/harness/drive.ts';
import { folderType } from '../../../../test/servers/drive-files.ts';
import {
  type DriveDoubleOptions,
  type GoogleDriveDouble,
  startGoogleDrive,
} from '../../../../test/servers/google-drive.ts';
import { bytesContent } from '../../content.ts';
import type { StorageDriver, WriteOptions } from '../../driver.ts';
import { StorageError } from '../../errors.ts';

const { signal } = new AbortController();

async function withDrive(
  work: (drive: StorageDriver, double: GoogleDriveDouble) => Promise<void>,
  options: DriveDoubleOptions & Partial<DriveOptions> = {},
): Promise<void> {
  await using double = await startedDouble(options);
  const tokens = options.tokens ?? oneToken(double.google.signIn().accessToken);
  const drive = openDrive(double, { ...options, tokens });
  try {
    await work(drive, double);
  } finally {
    await drive.close();
  }
}
async function startedDouble(options: DriveDoubleOptions) {
  const double = await startGoogleDrive(options);
  return Object.assign(double, { [Symbol.asyncDispose]: () => double.stop() });
}

const put = (drive: StorageDriver, path: string, text: string | Uint8Array, more: Partial<WriteOptions> = {}) =>
  drive.write(path, bytesContent(typeof text === 'string' ? new TextEncoder().encode(text) : text), {
    signal,
    mtimeNs: 1_700_000_000_000_000_000n,
    ...more,
  });
const text = async (drive: StorageDriver, path: string) => new Response(await drive.read(path, {}, signal)).text();
const names = async (drive: StorageDriver, folder = '') =>
  (await drive.list(folder, signal)).map((entry) => `${entry.kind} ${entry.path}`).sort();
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await problem(work);
  return error.code;
}
async function problem(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    () => 'done',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageError)) throw new Error(`No StorageError: ${String(error)}`, { cause: error });
  return error;
}
/** Puts a file there as any other program may, past the driver. */
function plant(
  double: GoogleDriveDouble,
  name: string,
  content: string | null,
  more: { parent?: string; mimeType?: string; modifiedTime?: string } = {},
) {
  const { parent = double.store.rootId, ...meta } = more;
  const md5 = new Bun.CryptoHasher('md5').update(content ?? '').digest('hex');
  return double.store.make({ name, parent, ...meta }, content === null ? null : new Blob([content]), md5);
}
const contents = (double: GoogleDriveDouble, name: string) =>
  Promise.all(
    [...double.store.files.values()]
      .filter((file) => file.name === name && !double.store.isTrashed(file))
      .map(async (file) => file.revisions?.at(-1)?.content.text() ?? file.mimeType),
  );

describe('a name that several things have', () => {
  test('two different files: the newest is read, and neither is replaced, removed or moved', () =>
    withDrive(async (drive, double) => {
      plant(double, 'a.txt', 'newer', { modifiedTime: '2026-01-02T00:00:00Z' });
      plant(double, 'a.txt', 'older', { modifiedTime: '2026-01-01T00:00:00Z' });
      expect(await names(drive)).toEqual(['file a.txt']);
      expect(await text(drive, 'a.txt')).toBe('newer');
      const refused = await problem(put(drive, 'a.txt', 'third'));
      expect(refused.code).toBe('exists');
      expect(refused.message).toContain('"a.txt" is the name of several things');
      expect(await codeOf(drive.remove('a.txt', signal))).toBe('exists');
      expect(await codeOf(drive.move('a.txt', 'b.txt', signal))).toBe('exists');
      await put(drive, 'c.txt', 'other');
      expect(await codeOf(drive.move('c.txt', 'a.txt', signal))).toBe('exists');
      expect((await contents(double, 'a.txt')).sort()).toEqual(['newer', 'older']);
    }));

  test('two files with the same bytes are one: replaced together, and what is left over goes to the trash', () =>
    withDrive(async (drive, double) => {
      for (const _ of [1, 2]) plant(double, 'a.txt', 'same');
      await put(drive, 'a.txt', 'new');
      expect(await contents(double, 'a.txt')).toEqual(['new']);
      for (const _ of [1, 2]) plant(double, 'b.txt', 'same');
      await drive.remove('b.txt', signal);
      expect(await names(drive)).toEqual(['file a.txt']);
    }));

  test('several folders are one: everything in them is seen, and new things go into the oldest', () =>
    withDrive(async (drive, double) => {
      const [first, second] = [1, 2].map(() => plant(double, 'photos', null, { mimeType: folderType }));
      plant(double, 'one', '1', { parent: first?.id });
      plant(double, 'two', '2', { parent: second?.id });
      expect(await names(drive)).toEqual(['folder photos']);
      expect(await names(drive, 'photos')).toEqual(['file photos/one', 'file photos/two']);
      await put(drive, 'photos/two', 'changed');
      await put(drive, 'photos/three', '3');
      expect(await contents(double, 'two')).toEqual(['changed']);
      expect([...double.store.files.values()].find((file) => file.name === 'three')?.parent).toBe(first?.id ?? '');
      expect(await codeOf(drive.removeFolder('photos', signal))).toBe('exists');
      for (const name of ['one', 'two', 'three']) await drive.remove(`photos/${name}`, signal);
      await drive.removeFolder('photos', signal);
      expect(await names(drive)).toEqual([]);
    }));

  test('documents, shortcuts and names with a slash are told as something else and never touched', () =>
    withDrive(async (drive, double) => {
      plant(double, 'Letter', null, { mimeType: 'application/vnd.google-apps.document' });
      plant(double, 'Link', null, { mimeType: 'application/vnd.google-apps.shortcut' });
      plant(double, 'in/out', 'x');
      plant(double, 'both', 'x');
      plant(double, 'both', null, { mimeType: folderType });
      expect(await names(drive)).toEqual(['other Letter', 'other Link', 'other both', 'other in∕out']);
      for (const name of ['Letter', 'Link', 'both']) {
        expect(await codeOf(put(drive, name, 'x'))).toBe('exists');
        expect(await codeOf(drive.remove(name, signal))).toBe('exists');
        expect(await codeOf(drive.read(name, {}, signal))).toBe('exists');
      }
      expect(double.store.files.size).toBe(6);
    }));

  test('an entry called .. makes the listing fail, and nothing is done with it', () =>
    withDrive(async (drive, double) => {
      plant(double, '..', 'x');
      expect(await codeOf(drive.list('', signal))).toBe('protocol');
    }));

  test('names that differ in case or have quotes and backslashes are told apart', () =>
    withDrive(async (drive) => {
      const all = ["it's", "IT'S", String.raw`back\slash`, String.raw`'\'`, '" or name = "'];
      for (const name of all) await put(drive, name, name);
      for (const name of all) expect(await text(drive, name)).toBe(name);
    }));
});

describe('an answer that gets lost', () => {
  for (const [what, size] of [
    ['small file', 10],
    ['large file', 600 * 1024],
  ] as const)
    test(`a ${what} that arrived is not there twice after the next try`, () =>
      withDrive(async (drive, double) => {
        const bytes = new Uint8Array(size).fill(7);
        const resume = memorySlot();
        // The last request of the upload is done, its answer is cut.
        const last = size > 1000 ? /^PUT .*upload_id/ : /^POST .*multipart/;
        // fetch itself asks once more on a new connection where that does no harm.
        double.fail({ when: last, after: size > 1000 ? 2 : 0, times: size > 1000 ? 2 : 1, lose: true });
        expect(await codeOf(put(drive, 'f', bytes, { resume }))).toBe('unreachable');
        expect((await put(drive, 'f', bytes, { resume })).verified).toBe(true);
        expect(await names(drive)).toEqual(['file f']);
        expect(double.store.files.size).toBe(2);
        expect(resume.kept).toBe(null);
      }));

  test('also when the listing does not show yet what arrived', () =>
    withDrive(async (drive, double) => {
      double.store.lag = 5;
      double.fail({ when: /^POST .*multipart/, lose: true });
      expect(await codeOf(put(drive, 'f', 'one'))).toBe('unreachable');
      await put(drive, 'f', 'two');
      expect(await contents(double, 'f')).toEqual(['two']);
    }));

  test('a move that was done counts as done', () =>
    withDrive(async (drive, double) => {
      await put(drive, 'a', 'a');
      double.fail({ when: /^PATCH/, lose: true });
      expect(await codeOf(drive.move('a', 'deep/b', signal))).toBe('unreachable');
      await drive.move('a', 'deep/b', signal);
      expect(await text(drive, 'deep/b')).toBe('a');
      expect(await codeOf(drive.move('a', 'deep/b', signal))).toBe('not_found');
    }));

  test('a folder is not made twice', () =>
    withDrive(async (drive, double) => {
      double.fail({ when: /^POST \/drive\/v3\/files\?/, lose: true });
      expect(await codeOf(drive.makeFolder('new', signal))).toBe('unreachable');
      await drive.makeFolder('new', signal);
      expect(double.store.files.size).toBe(2);
    }));
});

describe('listings', () => {
  test('a page that does not come makes the whole listing fail', () =>
    withDrive(
      async (drive, double) => {
        for (const n of [1, 2, 3, 4, 5]) plant(double, `${n}`, 'x');
        expect(await names(drive)).toHaveLength(5);
        double.fail({ when: /pageToken/, after: 1, answer: { status: 503 } });
        expect(await codeOf(drive.list('', signal))).toBe('unavailable');
        double.fail({ when: /pageToken/, times: 2, lose: true });
        expect(await codeOf(drive.list('', signal))).toBe('unreachable');
      },
      { pageEntries: 2 },
    ));

  test('a folder in the trash is gone, and the root in the trash is no empty backup', () =>
    withDrive(async (drive, double) => {
      await put(drive, 'folder/file', 'x');
      const [folder] = [...double.store.files.values()].filter((file) => file.name === 'folder');
      if (folder) folder.trashed = true;
      expect(await codeOf(drive.list('folder', signal))).toBe('not_found');
      const inner = openDrive(double, {
        folderId: folder?.id,
        tokens: oneToken(double.google.signIn().accessToken),
      });
      expect(await codeOf(inner.list('', signal))).toBe('no_root');
      if (folder) folder.trashed = false;
      expect(await names(inner)).toEqual(['file file']);
      if (folder) folder.trashed = true;
      expect(await codeOf(inner.list('', signal))).toBe('no_root');
      await inner.close();
    }));

  test('nothing is written into a folder that lies in the trash', () =>
    withDrive(async (drive, double) => {
      await put(drive, 'a/one', 'x');
      for (const file of double.store.files.values()) if (file.name === 'a') file.trashed = true;
      await put(drive, 'a/two', 'y');
      expect(await names(drive, 'a')).toEqual(['file a/two']);
    }));

  test('a folder that somebody removed meanwhile is made anew', () =>
    withDrive(async (drive, double) => {
      await put(drive, 'a/b/one', 'x');
      for (const file of double.store.files.values()) if (file.name === 'a') double.store.removeForGood(file);
      await put(drive, 'a/b/two', 'y');
      expect(await names(drive, 'a/b')).toEqual(['file a/b/two']);
    }));
});

describe('refusals', () => {
  const reasons: [status: number, reason: string, code: string][] = [
    [403, 'userRateLimitExceeded', 'rate_limited'],
    [403, 'rateLimitExceeded', 'rate_limited'],
    [429, 'rateLimitExceeded', 'rate_limited'],
    [403, 'dailyLimitExceeded', 'quota'],
    [403, 'storageQuotaExceeded', 'quota'],
    [403, 'teamDriveFileLimitExceeded', 'quota'],
    [403, 'insufficientFilePermissions', 'permission'],
    [403, 'insufficientPermissions', 'auth_expired'],
    [403, 'accessNotConfigured', 'auth_failed'],
    [403, 'somethingNew', 'permission'],
    [500, 'backendError', 'unavailable'],
    [503, 'backendError', 'unavailable'],
    [401, 'authError', 'auth_expired'],
  ];
  for (const [status, reason, code] of reasons)
    test(`${status} ${reason} is ${code}`, () =>
      withDrive(async (drive, double) => {
        const headers = { 'retry-after': '7' };
        for (const when of [/q=/, /upload/]) {
          double.fail({ when, times: 2, answer: { status, reason, headers } });
          const refused = await problem(put(drive, 'f', 'x'));
          expect(refused.code).toBe(code as never);
          expect(refused.message).not.toContain('not for people');
          if (code === 'rate_limited') expect(refused.retryAfterMs).toBe(7000);
        }
        expect(await names(drive)).toEqual([]);
      }));

  test('a full account says so, keeps the old file, and tells how much room there is', () =>
    withDrive(async (drive, double) => {
      await put(drive, 'f', 'old');
      expect(await drive.space(signal)).toBe(null);
      double.store.quotaBytes = 1000;
      expect(await drive.space(signal)).toEqual({ totalBytes: 1000, freeBytes: 997 });
      for (const bytes of [2000, 600 * 1024])
        expect(await codeOf(put(drive, 'f', new Uint8Array(bytes)))).toBe('quota');
      expect(await text(drive, 'f')).toBe('old');
    }));

  test('what is no folder is no root, and a folder of another drive is none either', () =>
    withDrive(
      async (drive, double) => {
        const tokens = oneToken(double.google.signIn().accessToken);
        const file = plant(double, 'file', 'x');
        for (const options of [{ folderId: file.id }, { folderId: double.store.rootId, sharedDriveId: 'team' }]) {
          const other = openDrive(double, { ...options, tokens });
          expect(await codeOf(other.probe(signal))).toBe('no_root');
          await other.close();
        }
        expect(await drive.probe(signal)).toMatchObject({ account: 'ada@example.com', folder: 'My Drive' });
      },
      { sharedDrives: [{ id: 'team', name: 'Team', role: 'organizer' }] },
    ));

  test('a reader of a shared drive is told that he cannot write there', () =>
    withDrive(
      async (drive) => {
        expect(await codeOf(drive.probe(signal))).toBe('permission');
        expect(await codeOf(put(drive, 'f', 'x'))).toBe('permission');
      },
      { sharedDrives: [{ id: 'team', name: 'Team', role: 'reader' }], sharedDriveId: 'team' },
    ));

  test('a file Google calls harmful still comes back', () =>
    withDrive(async (drive, double) => {
      const { id } = await put(drive, 'f', 'mine');
      double.pages.harmful.add(id ?? '');
      expect(await text(drive, 'f')).toBe('mine');
    }));

  test('nobody signed in, no https, and a certificate that is not the pinned one', async () => {
    await withDrive(async (_, double) => {
      const tokens = oneToken(double.google.signIn().accessToken);
      const wrong = openDrive({ url: double.url, fingerprint: 'AA'.repeat(32) }, { tokens });
      expect(await codeOf(wrong.list('', signal))).toBe('certificate');
      await wrong.close();
      expect(() => openDrive({ ...double, url: double.url.replace('https', 'http') }, { tokens })).toThrow(/https/);
    });
  });
});

test('removing is for good, and a folder goes to the trash with whatever may be in it', () =>
  withDrive(async (drive, double) => {
    await put(drive, 'folder/file', 'x');
    await drive.remove('folder/file', signal);
    await drive.removeFolder('folder', signal);
    const left = [...double.store.files.values()].map((file) => `${file.name} ${file.trashed}`);
    expect(left).toEqual(['My Drive false', 'folder true']);
  }));

test('a move or copy that fails leaves what it was to replace', () =>
  withDrive(async (drive, double) => {
    await put(drive, 'from', 'new');
    await put(drive, 'to', 'old');
    double.fail({ when: /^PATCH/, after: 1, answer: { status: 503 } });
    expect(await codeOf(drive.move('from', 'to', signal))).toBe('unavailable');
    double.fail({ when: /copy/, answer: { status: 403, reason: 'insufficientFilePermissions' } });
    expect(await codeOf(drive.copy?.('from', 'to', signal) ?? Promise.resolve())).toBe('permission');
    expect([await text(drive, 'from'), await text(drive, 'to')]).toEqual(['new', 'old']);
    expect(await names(drive)).toEqual(['file from', 'file to']);
  }));
