import { describe, expect, test } from 'bun:test';
import { errorOfStatus, retryAfterMs } from './status.ts';

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response('<html>token=secret</html>', { status, headers });

describe('what a status means', () => {
  const table: Record<number, string> = {
    401: 'auth_failed',
    403: 'permission',
    404: 'not_found',
    408: 'timeout',
    409: 'exists',
    412: 'changed',
    413: 'too_large',
    423: 'unavailable',
    429: 'rate_limited',
    500: 'unavailable',
    502: 'unavailable',
    503: 'unavailable',
    507: 'quota',
    599: 'unavailable',
    418: 'protocol',
    302: 'protocol',
  };
  for (const [status, code] of Object.entries(table))
    test(`${status} is ${code}, and the body is not repeated`, () => {
      const error = errorOfStatus(answer(Number(status)), 'The server');
      expect(error.code).toBe(code as never);
      expect(error.message).toStartWith('The server');
      expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
    });

  test('a pause is obeyed in seconds and as a date, within reason', () => {
    const now = Date.parse('2026-01-05T02:00:00Z');
    const headers = (value: string) => new Headers({ 'retry-after': value });
    expect(retryAfterMs(headers('7'), now)).toBe(7_000);
    expect(retryAfterMs(headers('Mon, 05 Jan 2026 02:00:30 GMT'), now)).toBe(30_000);
    expect(retryAfterMs(headers('Mon, 05 Jan 2026 01:00:00 GMT'), now)).toBe(0);
    expect(retryAfterMs(headers('999999999'), now)).toBe(3_600_000);
    expect(retryAfterMs(headers('soon'), now)).toBeNull();
    expect(errorOfStatus(answer(503, { 'retry-after': '3' }), 'It').retryAfterMs).toBe(3_000);
  });
});
