import { expect, test } from 'bun:test';
import { createSemaphore } from './semaphore.ts';

/** Work that ends when told. */
function job<T>(value: T) {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { finish: () => finish(), work: () => done.then(() => value) };
}

test('no more than the slots work at once, the others wait in order', async () => {
  const semaphore = createSemaphore(2);
  const jobs = [1, 2, 3, 4].map(job);
  const started: number[] = [];
  const all = jobs.map(({ work }, at) =>
    semaphore.run(() => {
      started.push(at);
      return work();
    }),
  );
  await Bun.sleep(0);
  expect(started).toEqual([0, 1]);
  jobs[1]?.finish();
  await all[1];
  await Bun.sleep(0);
  expect(started).toEqual([0, 1, 2]);
  for (const one of jobs) one.finish();
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  expect(started).toEqual([0, 1, 2, 3]);
});

test('a full queue refuses instead of growing', async () => {
  const semaphore = createSemaphore(1, 1);
  const first = job('first');
  const second = job('second');
  const running = semaphore.run(first.work);
  const waiting = semaphore.run(second.work);
  expect(await semaphore.run(async () => 'third')).toBeNull();
  first.finish();
  second.finish();
  expect(await Promise.all([running, waiting])).toEqual(['first', 'second']);
  expect(await semaphore.run(async () => 'later')).toBe('later');
});

test('work that fails gives its slot back, also when it fails before it waits', async () => {
  const semaphore = createSemaphore(1);
  const rejects = semaphore.run(() => Promise.reject(new Error('no')));
  const throws = semaphore.run(() => {
    throw new Error('at once');
  });
  const last = semaphore.run(async () => 'last');
  const settled = await Promise.allSettled([rejects, throws, last]);
  expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});
