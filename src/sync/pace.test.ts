import { expect, test } from 'bun:test';
import { createPace } from './pace.ts';

test('a disk that kept us waiting once is asked beside everything else for a while', async () => {
  let now = 0;
  const pace = createPace(() => now);
  const asked: string[] = [];
  const ask = (tookMs: number) =>
    pace.ask(
      () => {
        now += tookMs;
        asked.push('at once');
      },
      async () => void asked.push('beside'),
    );
  for (let n = 0; n < 3; n += 1) await ask(0.1);
  expect(asked).toEqual(['at once', 'at once', 'at once']);
  await ask(8);
  asked.length = 0;
  while (asked.at(-1) !== 'at once') await ask(0.1);
  expect(asked.length).toBeGreaterThan(100);
});

test('a failure is handed on, and a slow one counts as slow', async () => {
  let now = 0;
  const pace = createPace(() => now);
  const broken = () => {
    now += 50;
    throw new Error('EIO');
  };
  expect(() => pace.ask(broken, async () => undefined)).toThrow('EIO');
  expect(await pace.ask(broken, async () => 'beside')).toBe('beside');
});
