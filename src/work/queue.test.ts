import { expect, test } from 'bun:test';
import { createKeyedQueue } from './queue.ts';

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that ends when told. */
function work(name: string, told: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return {
    run: () => {
      told.push(`${name} begins`);
      return promise;
    },
    end: () => resolve(name),
    fail: () => reject(new Error(`${name} failed`)),
  };
}

test('one works at a time, first come first served, and each caller gets the answer of its own work', async () => {
  const queue = createKeyedQueue();
  const told: string[] = [];
  const jobs = ['a', 'b', 'c'].map((name) => ({ name, ...work(name, told) }));
  const answers = jobs.map(({ name, run }) => queue.run('disk', never, () => told.push(`${name} waits`), run));
  await turn();
  expect(told).toEqual(['a begins', 'b waits', 'c waits']);
  for (const job of jobs) {
    expect(queue.busy('disk')).toBe(true);
    job.end();
    await turn();
  }
  expect(told).toEqual(['a begins', 'b waits', 'c waits', 'b begins', 'c begins']);
  expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
  expect(queue.busy('disk')).toBe(false);
});

test('other keys do not wait', async () => {
  const queue = createKeyedQueue();
  const told: string[] = [];
  const [one, two] = [work('one', told), work('two', told)];
  const answers = [
    queue.run('a', never, () => told.push('waits'), one.run),
    queue.run('b', never, () => told.push('waits'), two.run),
  ];
  await turn();
  expect(told).toEqual(['one begins', 'two begins']);
  one.end();
  two.end();
  await Promise.all(answers);
});

test('who gives up while waiting leaves the line, and never begins', async () => {
  const queue = createKeyedQueue();
  const told: string[] = [];
  const [first, second, third] = [work('first', told), work('second', told), work('third', told)];
  const gone = new AbortController();
  const answers = [
    queue.run('disk', never, () => {}, first.run),
    queue.run('disk', gone.signal, () => {}, second.run).catch((error: Error) => error.message),
    queue.run('disk', never, () => {}, third.run),
  ];
  gone.abort(new Error('cancelled'));
  expect(await answers[1]).toBe('cancelled');
  first.end();
  await turn();
  expect(told).toEqual(['first begins', 'third begins']);
  third.end();
  await Promise.all(answers);
  expect(queue.busy('disk')).toBe(false);
});

test('who has given up already does not even wait', async () => {
  const queue = createKeyedQueue();
  const refused = queue.run(
    'disk',
    AbortSignal.abort(new Error('too late')),
    () => {},
    () => Promise.resolve(),
  );
  expect(await refused.catch((error: Error) => error.message)).toBe('too late');
  expect(queue.busy('disk')).toBe(false);
});

test('giving up while working is for the work to notice: the key stays taken until it has ended', async () => {
  const queue = createKeyedQueue();
  const told: string[] = [];
  const [first, second] = [work('first', told), work('second', told)];
  const gone = new AbortController();
  const answers = [queue.run('disk', gone.signal, () => {}, first.run), queue.run('disk', never, () => {}, second.run)];
  gone.abort();
  await turn();
  expect(told).toEqual(['first begins']);
  first.end();
  await turn();
  expect(told).toEqual(['first begins', 'second begins']);
  second.end();
  expect(await Promise.all(answers)).toEqual(['first', 'second']);
});

test('work that fails or throws frees the key for the next', async () => {
  const queue = createKeyedQueue();
  const told: string[] = [];
  const first = work('first', told);
  const failed = queue.run('disk', never, () => {}, first.run).catch((error: Error) => error.message);
  const thrown = queue
    .run(
      'disk',
      never,
      () => {},
      () => {
        throw new Error('at once');
      },
    )
    .catch((error: Error) => error.message);
  const last = queue.run(
    'disk',
    never,
    () => {},
    () => Promise.resolve('done'),
  );
  first.fail();
  expect(await Promise.all([failed, thrown, last])).toEqual(['first failed', 'at once', 'done']);
  expect(queue.busy('disk')).toBe(false);
});
