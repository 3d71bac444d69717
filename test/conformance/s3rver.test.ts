import { afterAll, expect, test } from 'bun:test';
import { allOf, put, sampleContent } from '../../src/storage/checks/context.ts';
import { StorageError } from '../../src/storage/errors.ts';
import { startS3rver } from '../servers/s3rver.ts';
import { codeOf, openS3, tuning } from './s3/place.ts';

const server = await startS3rver();
const user = { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey };
const driver = openS3({ ...server, user }, { bucket: server.bucket, prefix: 'box' });
const { signal } = new AbortController();

afterAll(async () => {
  await driver.close();
  await server.stop();
});

/** What a call answers, or the code of a clear refusal; anything else fails the test. */
const answerOf = <T>(work: Promise<T>): Promise<T | string> =>
  work.catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
    return error.code;
  });

test('a server that gets much wrong stores what was sent, byte for byte, in one piece and in parts', async () => {
  for (const size of [0, 1, 5_000, 600_000, tuning.multipartFromBytes, 3 * tuning.partBytes + 5]) {
    const written = await put({ driver, signal }, `files/${size}`, sampleContent(size, 1));
    expect(written).toMatchObject({ size, verified: true });
    const back = await allOf(await driver.read(`files/${size}`, {}, signal));
    expect(back.equals(await sampleContent(size, 1).read(0, size))).toBe(true);
    expect((await driver.stat(`files/${size}`, signal))?.tag).toBe(written.tag);
  }
});

test('what it cannot list in an order that can be trusted is an error, never a part', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `many/${n % 3 === 0 ? 'sub/' : ''}${n}`);
  for (const name of names) await put({ driver, signal }, name, name);
  const flat = async () => {
    const paths: string[] = [];
    for await (const page of driver.listBelow('many', signal)) paths.push(...page.map(({ path }) => path));
    return paths;
  };
  const told = await answerOf(flat());
  if (told !== 'protocol') expect(new Set(told)).toEqual(new Set(names));
  const folder = await answerOf(driver.list('many', signal));
  if (folder !== 'protocol') expect(folder.length).toBe(21);
});

test('what it cannot do is refused, and takes nothing away', async () => {
  const size = tuning.multipartFromBytes + 1;
  await put({ driver, signal }, 'large', sampleContent(size, 2));
  expect(await codeOf(driver.move('large', 'moved', signal))).toBe('unsupported');
  expect((await allOf(await driver.read('large', {}, signal))).length).toBe(size);
  expect(await driver.stat('moved', signal)).toBe(null);
});
