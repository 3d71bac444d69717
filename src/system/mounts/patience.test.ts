import { expect, test } from 'bun:test';
import { createPatience } from './patience.ts';

test('what answers is answered, what fails is nothing', async () => {
  const patience = createPatience(1000);
  expect(await patience.ask('a', async () => 5)).toBe(5);
  expect(await patience.ask('a', async () => 6)).toBe(6);
  expect(await patience.ask('a', () => Promise.reject(new Error('no')))).toBeNull();
});

test('what hangs is given up, and asked once until it has answered', async () => {
  const patience = createPatience(20);
  const { promise, resolve } = Promise.withResolvers<string>();
  let times = 0;
  const ask = () =>
    patience.ask('nfs', () => {
      times += 1;
      return promise;
    });
  expect(await Promise.all([ask(), ask()])).toEqual([null, null]);
  expect(await ask()).toBeNull();
  expect(await patience.ask('other', async () => 1)).toBe(1);
  expect(times).toBe(1);
  resolve('back');
  await promise;
  await Bun.sleep(1);
  expect(await ask()).toBe('back');
  expect(times).toBe(2);
});
