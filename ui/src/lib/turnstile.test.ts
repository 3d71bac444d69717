import { expect, test } from 'bun:test';
import { createTurnstile } from './turnstile.ts';

test('two hundred questions are asked three at a time, in order, also when some fail', async () => {
  const inTurn = createTurnstile(3);
  let now = 0;
  let most = 0;
  const begun: number[] = [];
  const ask = (n: number) =>
    inTurn(async () => {
      begun.push(n);
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
      if (n % 7 === 0) throw new Error('refused');
      return n;
    });
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const answers = await Promise.allSettled(numbers.map(ask));
  expect(most).toBe(3);
  expect(begun).toEqual(numbers);
  expect(answers.filter((one) => one.status === 'rejected')).toHaveLength(29);
  expect(await ask(201)).toBe(201);
});
