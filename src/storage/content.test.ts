import { expect, test } from 'bun:test';
import { overheard, sample, sampleContent } from './checks/context.ts';
import { bytesContent, orAborted, readPiece, streamOf } from './content.ts';

const { signal } = new AbortController();
const never = () => new Promise<never>(() => {});
const thrownBy = (work: Promise<unknown>) => work.catch((error: unknown) => error);

test('a stream over a content is that content, in pieces of the size asked for', async () => {
  const content = sampleContent(10_000);
  const pieces: number[] = [];
  const stream = streamOf(content, 4096, (bytes) => pieces.push(bytes));
  expect(Buffer.compare(await new Response(stream).bytes(), sample(10_000))).toBe(0);
  expect(pieces).toEqual([4096, 4096, 1808]);
  const part = await new Response(streamOf(content, 1000, undefined, { start: 3000, end: 5500 })).bytes();
  expect(Buffer.compare(part, sample(10_000).subarray(3000, 5500))).toBe(0);
  expect((await new Response(streamOf(bytesContent(new Uint8Array()), 10)).bytes()).length).toBe(0);
});

test('nothing is read before somebody asks, and nothing after they leave', async () => {
  const read: number[] = [];
  const content = overheard(sampleContent(10_000), async (offset) => {
    read.push(offset);
  });
  const reader = streamOf(content, 1000).getReader();
  await Bun.sleep(0);
  expect(read).toEqual([]);
  await reader.read();
  await reader.cancel();
  expect(read).toEqual([0]);
});

test('a content that gives fewer bytes than it has is a source that changed', async () => {
  const short = { size: 100, read: async () => new Uint8Array(7) };
  expect(await thrownBy(readPiece(short, 0, 100, signal))).toMatchObject({ code: 'source' });
  expect(await thrownBy(new Response(streamOf(short, 100)).bytes())).toMatchObject({ code: 'source' });
});

test('an abort is not kept waiting by a source that never answers', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const stream = streamOf({ size: 10, read: never }, 10, undefined, { signal: controller.signal });
  const works = [readPiece({ size: 10, read: never }, 0, 10, controller.signal), stream.getReader().read()];
  controller.abort(reason);
  for (const work of works) expect(await thrownBy(work)).toBe(reason);
  expect(await thrownBy(orAborted(never(), controller.signal))).toBe(reason);
});
