import { expect, test } from 'bun:test';
import { parse } from './command.ts';
import { allConfigOptions, configFrom } from './config-flags.ts';
import type { Io } from './io.ts';

const config = (argv: string[], env: Record<string, string> = {}, defaults = {}) =>
  configFrom(
    parse({ usage: [], about: '', options: allConfigOptions, run: async () => 0 }, argv),
    { env, cwd: '/here', uid: 1000 } as unknown as Io,
    defaults,
  );

test('what is typed wins over the environment, which wins over a default of the command', () => {
  expect(config(['--port', '1'], { PORT: '2' }).port).toBe(1);
  expect(config([], { PORT: '2' }).port).toBe(2);
  expect(config([], { LOG_LEVEL: 'debug' }, { LOG_LEVEL: 'warning' }).logLevel).toBe('debug');
  expect(config([], { LOG_LEVEL: '' }, { LOG_LEVEL: 'warning' }).logLevel).toBe('warning');
  expect(config(['--data-dir', 'data']).dataDir).toBe('/here/data');
});

test('secrets are no options: other users can read them there', () => {
  expect(Object.keys(allConfigOptions)).not.toContain('jwt-secret');
  expect(config([], { JWT_SECRET: 'x'.repeat(32) }).jwtSecret).toBe('x'.repeat(32));
});
