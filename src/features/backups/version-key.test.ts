import { expect, test } from 'bun:test';
import { scale } from '../../../test/harness/scale.ts';
import { nextVersionKey } from './version-key.ts';

const at = (text: string) => Date.parse(`${text}Z`);

const rows: [name: string, last: string | null, now: string, hex: string, want: string][] = [
  ['the first is the start of the run', null, '2026-01-05T02:00:00.999', '3f9a1c', '20260105T020000Z-3f9a1c'],
  ['a later one is larger', '20260105T020000Z-ffffff', '2026-01-05T02:00:01', '000000', '20260105T020001Z-000000'],
  [
    'two in one second stay in order',
    '20260105T020000Z-3f9a1c',
    '2026-01-05T02:00:00',
    'aaaaaa',
    '20260105T020000Z-aaaaaa',
  ],
  [
    'two in one second with the smaller number second: the second moves on',
    '20260105T020000Z-3f9a1c',
    '2026-01-05T02:00:00',
    '111111',
    '20260105T020001Z-111111',
  ],
  [
    'the same twice is never the same key',
    '20260105T020000Z-3f9a1c',
    '2026-01-05T02:00:00',
    '3f9a1c',
    '20260105T020001Z-3f9a1c',
  ],
  [
    'a clock set back does not go back',
    '20260105T020000Z-3f9a1c',
    '2025-06-01T00:00:00',
    'ffffff',
    '20260105T020001Z-ffffff',
  ],
  [
    'a clock without a battery neither',
    '20260105T020000Z-3f9a1c',
    '1970-01-01T00:00:00',
    'ffffff',
    '20260105T020001Z-ffffff',
  ],
  ['over the end of a minute', '20260105T020059Z-3f9a1c', '1970-01-01T00:00:00', '000000', '20260105T020100Z-000000'],
  ['over the end of a year', '20261231T235959Z-3f9a1c', '1970-01-01T00:00:00', '000000', '20270101T000000Z-000000'],
  ['over a leap day', '20280228T235959Z-3f9a1c', '1970-01-01T00:00:00', '000000', '20280229T000000Z-000000'],
];
for (const [name, last, now, hex, want] of rows)
  test(name, () => expect(nextVersionKey(last, at(now), hex)).toBe(want));

test('keys only grow, whatever the clock does', () => {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed / 2 ** 32;
  };
  let now = at('2026-12-31T23:59:00');
  let last: string | null = null;
  for (let round = 0; round < scale.propertyRounds * 10; round += 1) {
    now += Math.floor((random() - 0.5) * 4000);
    const hex = Math.floor(random() * 2 ** 24)
      .toString(16)
      .padStart(6, '0');
    const key: string = nextVersionKey(last, now, hex);
    expect(key).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    if (last !== null) expect(key > last).toBe(true);
    last = key;
  }
});
