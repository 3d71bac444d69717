import { describe, expect, test } from 'bun:test';
import { createLog, printable, printableLine } from './log.ts';

const lines = (level: Parameters<typeof createLog>[0] = 'debug') => {
  const written: string[] = [];
  const log = createLog(
    level,
    (line) => written.push(line),
    () => Date.UTC(2026, 0, 5, 2, 3, 4, 567),
  );
  return { log, written };
};

test('text from outside cannot move the cursor, ring, or turn its direction', () => {
  expect(printable('a\x1b[2Jb\x07\x00\x7f\x9b')).toBe('a\\u001b[2Jb\\u0007\\u0000\\u007f\\u009b');
  expect(printable('gpj\u202eexe.\u2066x\u2069\u200f\u061c')).toBe('gpj\\u202eexe.\\u2066x\\u2069\\u200f\\u061c');
  expect(printable('Grüße, 日本 😀\tx\ny')).toBe('Grüße, 日本 😀\tx\ny');
  expect(printable('a\r\nb\u2028c')).toBe('a\\u000d\nb\\u2028c');
  expect(printableLine('a\nb')).toBe('a\\u000ab');
});

describe('the program log', () => {
  test('says when, how bad, and what', () => {
    const { log, written } = lines();
    log.warning('Drive is slow', { drive: 'BACKUP', seconds: 3 });
    expect(written).toEqual(['2026-01-05T02:03:04.567Z warning Drive is slow {"drive":"BACKUP","seconds":3}\n']);
  });

  test.each([
    ['debug', 4],
    ['info', 3],
    ['warning', 2],
    ['error', 1],
  ] as const)('from %s on writes %i of 4', (level, count) => {
    const { log, written } = lines(level);
    for (const own of ['debug', 'info', 'warning', 'error'] as const) log[own]('x');
    expect(written).toHaveLength(count);
  });

  test('stays one line whatever a file is called', () => {
    const { log, written } = lines();
    log.info('Copied a\n2026-01-05T02:00:00.000Z error   Disk on fire', {
      path: 'b\nc\x1b[0m',
      error: new Error('d\ne'),
    });
    expect(written).toHaveLength(1);
    expect(written[0]?.indexOf('\n')).toBe((written[0]?.length ?? 0) - 1);
    expect(written[0]).not.toContain('\x1b');
  });

  test('tells the causes of an error', () => {
    const { log, written } = lines();
    log.error('Request failed', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(written[0]).toContain('outer');
    expect(written[0]).toContain('inner');
  });

  test('survives values that cannot be written', () => {
    const { log, written } = lines();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    log.info('a', { circular });
    log.info('b', { big: 2n ** 64n, none: undefined });
    expect(written.map((line) => line.slice(33))).toEqual(['a ["circular"]\n', 'b {"big":"18446744073709551616"}\n']);
  });
});
