import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { dice } from '../../../test/harness/random.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { bareEntry, maxLineBytes, type VersionEntry, type VersionHead } from './manifest.ts';
import { openManifest } from './manifest-read.ts';
import { nanosOf, timeText } from './manifest-wire.ts';
import { createManifestWriter } from './manifest-write.ts';

const head: VersionHead = {
  version: '20260105T020000Z-3f9a1c',
  previous: null,
  jobUuid: '11111111-1111-4111-8111-111111111111',
  jobName: 'Photos of Jürgen',
  destinationId: '22222222-2222-4222-8222-222222222222',
  appliance: { id: '33333333-3333-4333-8333-333333333333', name: 'box' },
  startedAt: Date.parse('2026-01-05T02:00:00Z'),
  completedAt: Date.parse('2026-01-05T02:03:10Z'),
  status: 'completed',
  landings: [{ landing: 'photos', source: '/home/user/photos' }],
};

const file = (path: string, over: Partial<VersionEntry> = {}): VersionEntry => ({
  ...bareEntry(path, 'file'),
  size: 123,
  mtimeNs: 1_767_578_400_123_456_789n,
  mode: 0o640,
  uid: 1000,
  gid: 1000,
  user: 'alice',
  group: 'alice',
  sha256: 'ab'.repeat(32),
  ...over,
});

async function written(entries: VersionEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const writer = createManifestWriter(head, { write: (chunk) => void chunks.push(chunk) });
  await writer.add(entries);
  await writer.end();
  return Buffer.concat(chunks);
}

/** Cut into pieces of any length, as they come from a network. */
async function* pieces(bytes: Uint8Array, length = 997): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function readAll(bytes: Uint8Array, limits?: { bytes: number; entries: number }) {
  const manifest = await openManifest(pieces(bytes), limits);
  const entries: VersionEntry[] = [];
  for await (const batch of manifest.entries()) entries.push(...batch);
  return { head: manifest.head, entries };
}

const headLine = JSON.stringify({
  manifest: 1,
  version: head.version,
  previous: null,
  job: 'j',
  job_name: 'n',
  destination_id: 'd',
  appliance: { id: 'a', name: 'b' },
  started_at: '2026-01-05T02:00:00Z',
  completed_at: '2026-01-05T02:00:00Z',
  status: 'completed',
  landings: { photos: '/p' },
});
const zipped = (...lines: string[]): Buffer => zstdCompressSync(Buffer.from(lines.map((line) => `${line}\n`).join('')));
const end = (entries: number): string => JSON.stringify({ end: true, entries });
const line = (path: string, more: object = {}): string =>
  JSON.stringify({ path, type: 'file', size: 1, sha256: null, ...more });

describe('a manifest', () => {
  test('is what the format page says, line by line, for any tool that knows zstd', async () => {
    const path = join(tempDir('manifest'), 'm.jsonl.zst');
    const odd = file('photos/\xff\xfe', { storedAs: 'photos/%FF%FE', sha256: null });
    const link: VersionEntry = { ...bareEntry('photos/z', 'link'), target: '../\xe4', mtimeNs: -1n };
    const linked = file('photos/c', { hardLink: 'photos/a', mode: 0o4755, xattr: { 'user.x': 'AQI=' } });
    writeFileSync(path, await written([bareEntry('photos', 'dir'), file('photos/a'), linked, link, odd]));
    const { stdout } = spawnSync('zstd', ['-dc', '--', path], { encoding: 'utf8' });
    const attributes = { mtime: '1767578400.123456789', mode: '0640', uid: 1000, gid: 1000 };
    const owned = { ...attributes, user: 'alice', group: 'alice' };
    const sha256 = 'ab'.repeat(32);
    expect(stdout.split('\n')).toEqual([
      JSON.stringify({
        manifest: 1,
        version: '20260105T020000Z-3f9a1c',
        previous: null,
        job: head.jobUuid,
        job_name: head.jobName,
        destination_id: head.destinationId,
        appliance: head.appliance,
        started_at: '2026-01-05T02:00:00Z',
        completed_at: '2026-01-05T02:03:10Z',
        status: 'completed',
        landings: { photos: '/home/user/photos' },
      }),
      '{"path":"photos","type":"dir"}',
      JSON.stringify({ path: 'photos/a', type: 'file', size: 123, ...owned, sha256 }),
      JSON.stringify({
        path: 'photos/c',
        type: 'file',
        size: 123,
        ...owned,
        mode: '04755',
        hard_link: 'photos/a',
        xattr: { 'user.x': 'AQI=' },
        sha256,
      }),
      JSON.stringify({ path: 'photos/z', type: 'link', mtime: '-0.000000001', target_b64: 'Li4v5A==' }),
      JSON.stringify({
        path_b64: 'cGhvdG9zL//+',
        type: 'file',
        size: 123,
        ...owned,
        sha256: null,
        stored_as: 'photos/%FF%FE',
      }),
      '{"end":true,"entries":5}',
      '',
    ]);
  });

  test('comes back as it was written, whatever the names and attributes', async () => {
    const { next: int, pick } = dice(7);
    const alphabet = ['a', 'B', ' ', '\n', '"', '\\', '\x01', '\xff', '\xc3\xa4', '\xf0\x9f\x98\x80', '-', '.x'];
    const name = () => Array.from({ length: 1 + int(6) }, () => pick(alphabet)).join('');
    const paths = new Set<string>();
    for (let count = 0; count < scale.propertyRounds * 5; count += 1)
      paths.add(`photos/${Array.from({ length: 1 + int(3) }, name).join('/')}`);
    const maybe = <T>(value: T): T | null => (int(3) === 0 ? null : value);
    const entries = [...paths]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((path): VersionEntry => {
        const type = pick(['file', 'dir', 'link', 'other'] as const);
        return {
          path,
          type,
          size: type === 'file' ? int(2 ** 31) * 4000 : 0,
          mtimeNs: maybe(BigInt(int(2 ** 31) - 2 ** 30) * 1_000_000_007n),
          mode: maybe(int(0o10000)),
          uid: maybe(int(2 ** 31) * 2),
          gid: maybe(int(70_000)),
          user: maybe(pick(['alice', 'jürgen'])),
          group: maybe('users'),
          target: type === 'link' ? name() : null,
          hardLink: type === 'file' && int(9) === 0 ? `photos/${name()}` : null,
          xattr: int(9) === 0 ? { 'user.a': 'AA==', 'user.ä': '' } : null,
          sha256: type === 'file' ? maybe('0f'.repeat(32)) : null,
          storedAs: int(9) === 0 ? `photos/_${name()}` : null,
        };
      });
    const back = await readAll(await written(entries));
    expect(back.head).toEqual(head);
    expect(back.entries).toEqual(entries);
  });

  test('is never written out of order', async () => {
    expect(written([file('photos/b'), file('photos/a')])).rejects.toThrow('out of order');
    expect(written([file('photos/a'), file('photos/a')])).rejects.toThrow('out of order');
    // "-" comes before "/": whole paths are compared, not folder by folder
    expect(written([file('a/b'), file('a-b')])).rejects.toThrow('out of order');
    expect((await readAll(await written([file('a-b'), file('a/b')]))).entries.length).toBe(2);
  });

  test('that cannot be written says so and does not wait for ever', async () => {
    const full = new Error('the disk is full');
    const writer = createManifestWriter(head, { write: () => Promise.reject(full) });
    const many = async () => {
      for (let at = 0; at < 20_000; at += 1)
        await writer.add([file(`photos/${String(at).padStart(6, '0')}`, { sha256: Bun.SHA256.hash(`${at}`, 'hex') })]);
      await writer.end();
    };
    expect(many()).rejects.toBe(full);
  });

  test('may hold fields a newer program wrote', async () => {
    const newer = JSON.stringify({ ...JSON.parse(headLine), colour: 'blue' });
    const { entries } = await readAll(zipped(newer, line('photos/a', { rating: [5] }), end(1)));
    expect(entries).toEqual([{ ...bareEntry('photos/a', 'file'), size: 1 }]);
  });
});

describe('a manifest is refused', () => {
  const refused: [what: string, bytes: () => Buffer | Promise<Buffer>, words: string][] = [
    ['without its end', () => zipped(headLine, line('photos/a')), 'breaks off'],
    [
      'with another number of entries than it was written with',
      () => zipped(headLine, line('p/a'), end(2)),
      '1 entries',
    ],
    ['with something after the end', () => zipped(headLine, end(0), line('p/a')), 'after the end'],
    ['out of order', () => zipped(headLine, line('p/b'), line('p/a'), end(2)), 'not in order'],
    ['with a path twice', () => zipped(headLine, line('p/a'), line('p/a'), end(2)), 'not in order'],
    ['of a format of the future', () => zipped(headLine.replace('"manifest":1', '"manifest":2'), end(0)), 'newer'],
    ['that is none', () => zipped('{"a":1}'), 'not a manifest'],
    ['that is empty', () => zipped(), 'empty'],
    ['that is no zstd', () => Buffer.from('hello, this is text'), 'damaged'],
    ['with a path that leaves the folder', () => zipped(headLine, line('p/../../etc/passwd'), end(1)), '"path"'],
    ['with an absolute path', () => zipped(headLine, line('/etc/passwd'), end(1)), '"path"'],
    ['stored outside', () => zipped(headLine, line('p/a', { stored_as: '../a' }), end(1)), '"stored_as"'],
    ['whose key is no name', () => zipped(headLine.replace(head.version, '../x'), end(0)), '"version"'],
    ['with a size below zero', () => zipped(headLine, line('p/a', { size: -1 }), end(1)), '"size"'],
    ['with a time that is none', () => zipped(headLine, line('p/a', { mtime: '12' }), end(1)), '"mtime"'],
    ['that is no UTF-8', () => zstdCompressSync(Buffer.from('{"a":"\xff"}\n', 'latin1')), 'not text'],
    [
      'whose line is endless',
      () => zipped(headLine, line('p/a', { user: 'x'.repeat(maxLineBytes) }), end(1)),
      'longer',
    ],
    ['that unpacks to nothing but zeros', () => zstdCompressSync(Buffer.alloc(64 * 1024 * 1024)), 'longer'],
    [
      'that wants more memory to be unpacked than any of ours',
      () => zstdCompressSync(Buffer.alloc(2 ** 25, `${headLine}\n`), { params: { [constants.ZSTD_c_windowLog]: 26 } }),
      'damaged',
    ],
    [
      'with one bit flipped',
      async () => {
        const bytes = await written(
          Array.from({ length: 2000 }, (_, at) =>
            file(`p/${String(at).padStart(5, '0')}`, { sha256: Bun.SHA256.hash(`${at}`, 'hex') }),
          ),
        );
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 4;
        return bytes;
      },
      '',
    ],
  ];
  for (const [what, bytes, words] of refused)
    test(what, async () => {
      const error = await readAll(await bytes()).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: 'ManifestError', message: expect.stringContaining(words) });
    });

  test('when it was cut off anywhere', async () => {
    const bytes = await written(Array.from({ length: 300 }, (_, at) => file(`p/${String(at).padStart(5, '0')}`)));
    // The last four bytes are the checksum: without it all lines are there still.
    for (let length = 0; length < bytes.length - 4; length += 1 + (length >> 4))
      expect(readAll(bytes.subarray(0, length))).rejects.toThrow();
  });

  test('when it holds more than it may', async () => {
    const bytes = zipped(headLine, line('p/a'), line('p/b'), end(2));
    expect(readAll(bytes, { entries: 1, bytes: 10_000 })).rejects.toThrow('more than 1 entries');
    expect(readAll(bytes, { entries: 10, bytes: 300 })).rejects.toThrow('larger than 300 bytes');
  });

  test('not, when the drive fails: that error is told as it is', async () => {
    const gone = new Error('EIO');
    async function* failing() {
      yield* pieces((await written([file('p/a')])).subarray(0, 40), 20);
      throw gone;
    }
    const read = async () => {
      const manifest = await openManifest(failing());
      for await (const _ of manifest.entries());
    };
    expect(read()).rejects.toBe(gone);
  });
});

test('times before 1970 and of all nanoseconds are the same number again', () => {
  for (const ns of [0n, 1n, -1n, -1_000_000_000n, -1_500_000_000n, 1_767_578_400_123_456_789n, 2n ** 63n - 1n])
    expect(nanosOf(timeText(ns))).toBe(ns);
  expect(timeText(-1_500_000_000n)).toBe('-1.500000000');
  for (const wrong of ['', '1', '1.5', '1.0000000001', '--1.000000000', '999999999999.000000000'])
    expect(nanosOf(wrong)).toBeNull();
});
