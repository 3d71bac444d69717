import { expect, test } from 'bun:test';
import { sampleContent } from '../checks/context.ts';
import { createFaultyDriver } from '../drivers/faulty/driver.ts';
import { createMemoryDriver } from '../drivers/memory/driver.ts';
import { withLimit } from './limit.ts';

const { signal } = new AbortController();

/** A driver that tells what began, and lets each write end when told. */
function slow() {
  const inner = createMemoryDriver({ folders: 'implied' });
  const began: string[] = [];
  const doors = new Map<string, () => void>();
  const passes = (name: string): Promise<void> =>
    new Promise((resolve) => {
      began.push(name);
      doors.set(name, resolve);
    });
  return {
    began,
    end: (name: string) => doors.get(name)?.(),
    driver: {
      ...inner,
      write: async (...call: Parameters<typeof inner.write>) => {
        await passes(call[0]);
        return inner.write(...call);
      },
      list: async (...call: Parameters<typeof inner.list>) => {
        await passes(`list ${call[0]}`);
        return inner.list(...call);
      },
    },
  };
}
const soon = () => Bun.sleep(0);

test('so many write at once, and the others follow in the order they came', async () => {
  const { driver, began, end } = slow();
  const limited = withLimit(driver, { writes: 2 });
  const all = ['a', 'b', 'c', 'd'].map((path) => limited.write(path, sampleContent(5), { signal, mtimeNs: null }));
  await soon();
  expect(began).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await soon();
  expect(began).toEqual(['a', 'b', 'c']);
  end('a');
  await all[0];
  await soon();
  expect(began).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  await Promise.all(all);
});

test('listings have a line of their own, and other calls none', async () => {
  const { driver, began, end } = slow();
  const limited = withLimit(driver, { writes: 1, lists: 1 });
  const write = limited.write('a', sampleContent(5), { signal, mtimeNs: null });
  const lists = [limited.list('x', signal), limited.list('y', signal)];
  expect(await limited.stat('a', signal)).toBe(null);
  await soon();
  expect(began).toEqual(['a', 'list x']);
  end('list x');
  await lists[0];
  await soon();
  end('list y');
  end('a');
  await Promise.all([write, ...lists]);
});

test('whoever waits can be aborted, and leaves the line to the others', async () => {
  const { driver, began, end } = slow();
  const limited = withLimit(driver, { writes: 1 });
  const controller = new AbortController();
  const put = (path: string, stop = signal) => limited.write(path, sampleContent(5), { signal: stop, mtimeNs: null });
  const [first, second, third] = [put('a'), put('b', controller.signal), put('c')];
  const reason = new Error('stop');
  controller.abort(reason);
  expect(await second.catch((error: unknown) => error)).toBe(reason);
  end('a');
  await first;
  await soon();
  expect(began).toEqual(['a', 'c']);
  end('c');
  await third;
});

test('one that failed makes room for the next, and so does a flat listing that is given up', async () => {
  const inner = createMemoryDriver({ folders: 'implied', pageEntries: 1 });
  const limited = withLimit(createFaultyDriver(inner, { call: 'write', misdeed: { fail: true } }), {
    writes: 1,
    lists: 1,
  });
  const put = (path: string) => limited.write(path, sampleContent(5), { signal, mtimeNs: null });
  expect(await put('a').catch(() => 'failed')).toBe('failed');
  await put('a');
  await put('b');
  for await (const _ of limited.listBelow?.('', signal) ?? []) break;
  expect((await limited.list('', signal)).length).toBe(2);
});
