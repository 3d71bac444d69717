import { expect, test } from 'bun:test';
import { openHashThread } from './hash-thread.ts';

const bytes = Buffer.alloc(3_000_001, 'the quick brown fox ');
const hashOf = (kind: 'md5' | 'sha256', of: Uint8Array) => new Bun.CryptoHasher(kind).update(of).digest('hex');

test('hashes of many files side by side are those of their own bytes', async () => {
  const thread = await openHashThread();
  if (!thread) throw new Error('No thread');
  const one = async (kind: 'md5' | 'sha256', from: number) => {
    const hash = thread.begin(kind);
    const mine = Buffer.from(bytes);
    for (let at = from; at < mine.byteLength; at += 700_000) {
      const part = mine.subarray(at, at + 700_000);
      await hash.update(part);
      part.fill(0); // whoever asks may use the memory again
    }
    expect(await hash.digest()).toBe(hashOf(kind, bytes.subarray(from)));
  };
  const dropped = thread.begin('sha256');
  await dropped.update(bytes);
  dropped.drop();
  await Promise.all([one('sha256', 0), one('md5', 1), one('sha256', 1_234_567), one('sha256', bytes.byteLength)]);
  thread.close();
});

test('what is still asked of a closed thread is refused, and keeps nobody waiting', async () => {
  const thread = await openHashThread();
  if (!thread) throw new Error('No thread');
  const hash = thread.begin('sha256');
  const waiting = Promise.allSettled([hash.update(Buffer.alloc(64 * 1024 * 1024)), hash.digest()]);
  thread.close();
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const late = await thread.begin('sha256').digest().catch(String);
  expect(late).toContain('closed');
});
