import { describe, expect, test } from 'bun:test';
import { dice, seedFor } from '../../test/harness/random.ts';
import { type Batch, type Keyed, march } from './march.ts';
import { createPool } from './pool.ts';
import { walkFolders } from './walk.ts';

async function* inBatches(
  keys: readonly string[],
  size: number,
  incomplete: Record<number, string[]> = {},
): AsyncGenerator<Batch<Keyed>> {
  for (let at = 0, batch = 0; at < keys.length || incomplete[batch]; at += size, batch += 1)
    yield {
      entries: keys.slice(at, at + size).map((key) => ({ key })),
      incomplete: (incomplete[batch] ?? []).map((key) => ({ key })),
    };
}

async function told(source: AsyncIterable<Batch<Keyed>>, destination: AsyncIterable<Batch<Keyed>>): Promise<string[]> {
  const lines: string[] = [];
  await march(source, destination, {
    sourceOnly: ({ key }, unknown) => lines.push(`< ${key}${unknown ? ' ?' : ''}`),
    destinationOnly: ({ key }, unknown) => lines.push(`> ${key}${unknown ? ' ?' : ''}`),
    both: ({ key }) => lines.push(`= ${key}`),
  });
  return lines;
}

describe('a march', () => {
  test('tells every entry once, whatever the batches', async () => {
    const random = dice(seedFor('march'));
    for (let round = 0; round < 200; round += 1) {
      const all = Array.from({ length: 30 }, (_, n) => `k${String(n).padStart(2, '0')}`);
      const [mine, theirs] = [all.filter(() => random.next(2) === 0), all.filter(() => random.next(2) === 0)];
      const expected = all.flatMap((key) => {
        const [left, right] = [mine.includes(key), theirs.includes(key)];
        return left && right ? [`= ${key}`] : left ? [`< ${key}`] : right ? [`> ${key}`] : [];
      });
      const lines = await told(inBatches(mine, random.next(5) + 1), inBatches(theirs, random.next(5) + 1));
      expect(lines).toEqual(expected);
    }
  });

  test('says of what lies below a list that is not whole that nobody knows', async () => {
    const source = inBatches(['a/', 'b/', 'b/x', 'c/'], 2, { 0: ['a/'] });
    const destination = inBatches(['a/', 'a/y', 'a/z/', 'b/', 'b/y', 'c/'], 10);
    expect(await told(source, destination)).toEqual(['= a/', '> a/y ?', '> a/z/ ?', '= b/', '< b/x', '> b/y', '= c/']);
  });

  test('of a list that broke off says so from there on', async () => {
    const destination = inBatches(['a', 'b'], 2, { 1: [''] });
    expect(await told(inBatches(['a', 'c'], 1), destination)).toEqual(['= a', '> b', '< c ?']);
  });

  test('ends both lists when one of them fails', async () => {
    let ended = 0;
    const failing = async function* (): AsyncGenerator<Batch<Keyed>> {
      yield { entries: [{ key: 'a' }] };
      throw new Error('broken');
    };
    const long = async function* (): AsyncGenerator<Batch<Keyed>> {
      try {
        for (let n = 0; ; n += 1) yield { entries: [{ key: `b${String(n).padStart(9, '0')}` }] };
      } finally {
        ended += 1;
      }
    };
    expect(await told(long(), failing()).catch(String)).toContain('broken');
    expect(ended).toBe(1);
  });
});

describe('a walk', () => {
  /** A tree of three levels by its paths; folders end with a slash. */
  const inside: Record<string, string[]> = {
    '': ['a', 'a-b', 'a/', 'b/', 'c'],
    'a/': ['a/x', 'a/y/'],
    'a/y/': ['a/y/z'],
    'b/': [],
  };

  test.each([1, 2, 8])('comes in one order, %p folders read ahead', async (ahead) => {
    let reading = 0;
    let most = 0;
    const walk = walkFolders<Keyed, string>({
      top: '',
      ahead,
      signal: new AbortController().signal,
      async read(folder) {
        reading += 1;
        most = Math.max(most, reading);
        await new Promise((resume) => setImmediate(resume));
        reading -= 1;
        return {
          entries: (inside[folder] ?? []).map((key) => ({ key })),
          enter: ({ key }) => (key.endsWith('/') ? key : undefined),
        };
      },
    });
    const keys: string[] = [];
    for await (const { entries } of walk) keys.push(...entries.map(({ key }) => key));
    expect(keys).toEqual(['a', 'a-b', 'a/', 'a/x', 'a/y/', 'a/y/z', 'b/', 'c']);
    expect(keys).toEqual(keys.toSorted());
    expect(most).toBeLessThanOrEqual(ahead);
  });
});

test('work side by side keeps to its places and its weight', async () => {
  let [running, weight, mostRunning, mostWeight] = [0, 0, 0, 0];
  const errors: unknown[] = [];
  const pool = createPool(3, 10, (error) => errors.push(error));
  for (let n = 0; n < 50; n += 1) {
    const mine = n % 7 === 0 ? 20 : n % 5;
    await pool.start(mine, async () => {
      running += 1;
      weight += mine;
      [mostRunning, mostWeight] = [Math.max(mostRunning, running), Math.max(mostWeight, weight)];
      await new Promise((resume) => setImmediate(resume));
      running -= 1;
      weight -= mine;
      if (n === 11) throw new Error('eleven');
    });
  }
  await pool.idle();
  expect([running, mostRunning, mostWeight]).toEqual([0, 3, 20]);
  expect(errors).toHaveLength(1);
});
