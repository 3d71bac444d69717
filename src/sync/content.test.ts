import { expect, test } from 'bun:test';
import { appendFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { buildTree } from '../../test/harness/trees.ts';
import { openRoot } from '../lib/dirfd.ts';
import { openSourceFiles } from './content.ts';

const big = Buffer.alloc(1_500_000, 'the quick brown fox ');
const sha256 = (bytes: Uint8Array) => new Bun.CryptoHasher('sha256').update(bytes).digest('hex');

async function source(spec: Parameters<typeof buildTree>[1]) {
  const root = join(tempDir('content'), 'source');
  buildTree(root, spec);
  const dir = await openRoot(root);
  return { root, dir, files: openSourceFiles(dir) };
}

test('parts asked for side by side, out of order and twice are hashed in their order', async () => {
  const { files, dir } = await source({ big });
  const file = await files.open('big');
  if (!file) throw new Error('not there');
  const starts = [500_000, 0, 1_000_000, 500_000];
  const parts = await Promise.all(starts.map((start) => file.content.read(start, 500_000)));
  parts.forEach((part, at) => {
    const start = starts[at] ?? 0;
    expect(Buffer.compare(part, big.subarray(start, start + 500_000))).toBe(0);
  });
  expect(await file.sha256()).toBe(sha256(big));
  expect(await file.hash('md5')).toBe(new Bun.CryptoHasher('md5').update(big).digest('hex'));
  await file.close();
  await files.close();
  await dir.close();
});

test('a large file is hashed beside, from memory that is lent again and again', async () => {
  const { root, files } = await source({});
  const large = Buffer.alloc(17 * 1024 * 1024 + 1, 'the quick brown fox ');
  for (const name of ['one', 'two', 'cut short']) writeFileSync(join(root, name), large);
  const send = async (name: string) => {
    const file = await files.open(name);
    if (!file) throw new Error('not there');
    const lent = new Uint8Array(1024 * 1024);
    for (let at = 0; at < large.byteLength; at += lent.byteLength) {
      const wanted = large.subarray(at, at + lent.byteLength);
      const piece = await file.content.read(at, wanted.byteLength, lent);
      expect(piece.buffer).toBe(lent.buffer);
      expect(Buffer.compare(piece, wanted)).toBe(0);
    }
    expect(await file.sha256()).toBe(sha256(large));
    expect(await file.hash('md5')).toBe(new Bun.CryptoHasher('md5').update(large).digest('hex'));
    await file.close();
  };
  const given = await files.open('cut short');
  await given?.content.read(0, 1_000_000);
  await Promise.all([send('one'), send('two'), given?.close()]);
  await files.close();
});

test('what is skipped is hashed all the same', async () => {
  const { files } = await source({ big, small: 'abc', empty: '' });
  const file = await files.open('big');
  await file?.content.read(1_400_000, 100_000);
  expect(await file?.sha256()).toBe(sha256(big));
  for (const name of ['small', 'empty']) {
    const one = await files.open(name);
    expect(await one?.sha256()).toBe(sha256(Buffer.from(name === 'small' ? 'abc' : '')));
  }
});

test('a change is seen before the last byte is handed out', async () => {
  const { root, files } = await source({ big });
  const file = await files.open('big');
  await file?.content.read(0, 1_000_000);
  writeFileSync(join(root, 'big'), big);
  expect(await file?.content.read(1_000_000, 500_000).catch((error: unknown) => error)).toMatchObject({
    code: 'source',
  });
  expect(file?.changed).toBe(true);
});

test('more than there was when it was opened is never read', async () => {
  const { root, files } = await source({ small: 'abc' });
  const file = await files.open('small');
  appendFileSync(join(root, 'small'), 'd');
  expect(await file?.content.read(0, 4).catch((error: unknown) => error)).toMatchObject({ code: 'source' });
});

test('links, pipes and folders are no files, and nothing is read through a folder that became a link', async () => {
  const { root, files } = await source({ 'a/b': '1', pipe: { fifo: true }, link: { symlink: 'a/b' } });
  for (const path of ['pipe', 'link', 'a', 'gone', 'gone/x']) expect(await files.open(path)).toBeNull();
  renameSync(join(root, 'a'), join(root, 'other'));
  symlinkSync('other', join(root, 'a'));
  expect(await files.open('a/b')).toBeNull();
});

test('no handle stays open', async () => {
  const spec = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d${n}/f`, `${n}`]));
  const { files, dir } = await source(spec);
  const before = readdirSync('/proc/self/fd').length;
  await Promise.all(
    Object.keys(spec).map(async (path) => {
      const file = await files.open(path);
      await file?.sha256();
      await file?.close();
    }),
  );
  await files.close();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
  await dir.close();
});
