import { describe, expect, test } from 'bun:test';
import { hostname } from 'node:os';
import { ConfigError, defaultDataDir, parseConfig } from './config.ts';

type Values = Parameters<typeof parseConfig>[0];
const problemsOf = (flags: Values, env: Record<string, string> = {}): readonly string[] => {
  try {
    parseConfig(flags, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('nothing has to be configured', () => {
  const config = parseConfig({}, { TZ: 'Europe/Berlin' });

  test('the defaults are those of the documents', () => {
    expect(config).toEqual({
      host: '::',
      port: 3862,
      dataDir: '/var/lib/dynamight',
      timeZone: 'Europe/Berlin',
      jwtSecret: null,
      allowedPaths: ['/mnt', '/home', '/media'],
      allowedHosts: expect.arrayContaining(['localhost', hostname()]),
      publicUrl: null,
      rateLimit: { maxAttempts: 5, windowSeconds: 60, lockoutSeconds: 60, maxLockoutSeconds: 3600 },
      secureCookies: 'auto',
      trustProxy: false,
      logLevel: 'info',
      clouds: { googleApi: null, googleOauth: null, microsoftGraph: null, microsoftLogin: null },
      allowLoopDrives: false,
    });
    expect(config.allowedHosts).toContain(`${hostname().split('.')[0]}.local`);
  });

  test('and nobody can change them later', () => {
    for (const part of [config, config.rateLimit, config.allowedPaths, config.allowedHosts, config.clouds])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test('sign-in services and clouds elsewhere are taken from the environment alone, and only with https', () => {
    const env = { GOOGLE_API_URL: 'https://localhost:8443/', MICROSOFT_LOGIN_URL: 'https://login.example.com' };
    expect(parseConfig({}, env).clouds).toMatchObject({
      googleApi: 'https://localhost:8443',
      microsoftLogin: 'https://login.example.com',
      microsoftGraph: null,
    });
    for (const url of ['http://localhost', 'https://user@host', 'nonsense'])
      expect(() => parseConfig({}, { MICROSOFT_GRAPH_URL: url })).toThrow(
        'MICROSOFT_GRAPH_URL: must be an https address',
      );
  });

  test.each([
    [{ HOME: '/home/alice' }, 0, '/var/lib/dynamight'],
    [{ HOME: '/home/alice' }, 1000, '/home/alice/.local/share/dynamight'],
    [{ HOME: '/home/alice', XDG_DATA_HOME: '/data' }, 1000, '/data/dynamight'],
    [{ HOME: '/home/alice', XDG_DATA_HOME: '' }, 1000, '/home/alice/.local/share/dynamight'],
    [{ HOME: '/home/alice', XDG_DATA_HOME: 'relative' }, 1000, '/home/alice/.local/share/dynamight'],
    [{}, 1000, '/var/lib/dynamight'],
  ])('data of %o as uid %i lies in %s', (env, uid, dir) => {
    expect(defaultDataDir(env, uid)).toBe(dir);
    expect(parseConfig({}, env, uid, '/tmp').dataDir).toBe(dir);
  });
});

describe('a flag wins over the environment, and an empty value counts as not given', () => {
  test.each([
    [{ PORT: '80' }, { PORT: '90' }, 80],
    [{}, { PORT: '90' }, 90],
    [{ PORT: '' }, { PORT: '90' }, 90],
    [{ PORT: undefined }, { PORT: '' }, 3862],
    [{ PORT: '0' }, { PORT: '90' }, 0],
  ])('%o over %o', (flags, env, port) => {
    expect(parseConfig(flags, env).port).toBe(port);
  });
});

describe('values are read as people write them', () => {
  test.each([
    ['a relative data folder', { DATA_DIR: 'data/../box' }, { dataDir: '/work dir/box' }],
    ['an absolute data folder', { DATA_DIR: '/srv//box/' }, { dataDir: '/srv/box' }],
    ['allowed paths', { ALLOWED_BROWSE_PATHS: ' /a/ , /b/../c,,' }, { allowedPaths: ['/a', '/c'] }],
    ['the root as allowed path', { ALLOWED_BROWSE_PATHS: '/' }, { allowedPaths: ['/'] }],
    ['cookies always', { SECURE_COOKIES: 'TRUE' }, { secureCookies: 'always' }],
    ['cookies never', { SECURE_COOKIES: '0' }, { secureCookies: 'never' }],
    ['a proxy', { TRUST_PROXY: 'on' }, { trustProxy: true }],
    ['no proxy', { TRUST_PROXY: 'false' }, { trustProxy: false }],
    ['a log level', { LOG_LEVEL: 'WARN' }, { logLevel: 'warning' }],
    ['a zone', { TZ: 'America/New_York' }, { timeZone: 'America/New_York' }],
    ['a zone for libc', { TZ: ':Europe/Berlin' }, { timeZone: 'Europe/Berlin' }],
    ['an IPv6 host', { HOST: '::1' }, { host: '::1' }],
    ['a host name', { HOST: 'nas.local' }, { host: 'nas.local' }],
    ['a public address', { PUBLIC_URL: 'https://nas.example:8443/' }, { publicUrl: 'https://nas.example:8443/' }],
    ['a public IPv6 address', { PUBLIC_URL: 'http://[2001:db8::1]' }, { publicUrl: 'http://[2001:db8::1]' }],
    ['a long enough secret', { JWT_SECRET: 'x'.repeat(32) }, { jwtSecret: 'x'.repeat(32) }],
    [
      'a first lock-out longer than the longest default one',
      { RATE_LIMIT_LOCKOUT_SECS: '7200' },
      { rateLimit: { maxAttempts: 5, windowSeconds: 60, lockoutSeconds: 7200, maxLockoutSeconds: 7200 } },
    ],
  ])('%s', (_, env, expected) => {
    expect(parseConfig({}, env, 0, '/work dir')).toMatchObject(expected);
  });

  test('further host names come to the own ones', () => {
    const { allowedHosts } = parseConfig({}, { ALLOWED_HOSTS: 'nas.example, Box' });
    expect(allowedHosts).toEqual(expect.arrayContaining(['localhost', 'nas.example', 'Box']));
  });

  test('a zone given as a file is the one of the machine', () => {
    const { timeZone } = parseConfig({}, { TZ: ':/etc/localtime' });
    expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
  });
});

describe('a bad value is named with what is wanted', () => {
  test.each([
    [{ PORT: '65536' }, 'PORT: must be a whole number from 0 to 65535, got "65536"'],
    [{ PORT: '-1' }, 'PORT: must be a whole number from 0 to 65535, got "-1"'],
    [{ PORT: '1e3' }, 'PORT: must be a whole number from 0 to 65535, got "1e3"'],
    [{ PORT: ' 80' }, 'PORT: must be a whole number from 0 to 65535, got " 80"'],
    [{ HOST: 'a b' }, 'HOST: must be an address or name of this machine, got "a b"'],
    [{ TZ: 'Mars/Olympus' }, 'TZ: must be an IANA time zone such as Europe/Berlin, got "Mars/Olympus"'],
    [
      { ALLOWED_BROWSE_PATHS: 'home' },
      'ALLOWED_BROWSE_PATHS: must be absolute folders separated by commas, got "home"',
    ],
    [{ ALLOWED_BROWSE_PATHS: ',' }, 'ALLOWED_BROWSE_PATHS: must be absolute folders separated by commas, got ","'],
    [
      { ALLOWED_HOSTS: 'https://nas' },
      'ALLOWED_HOSTS: must be host names without scheme or port, separated by commas, got "https://nas"',
    ],
    [
      { ALLOWED_HOSTS: 'nas:80' },
      'ALLOWED_HOSTS: must be host names without scheme or port, separated by commas, got "nas:80"',
    ],
    [
      { PUBLIC_URL: 'https://nas/path' },
      'PUBLIC_URL: must be an http or https address without user name or path, got "https://nas/path"',
    ],
    [
      { PUBLIC_URL: 'http://nas:99999' },
      'PUBLIC_URL: must be an http or https address without user name or path, got "http://nas:99999"',
    ],
    [{ RATE_LIMIT_MAX_ATTEMPTS: '0' }, 'RATE_LIMIT_MAX_ATTEMPTS: must be a whole number from 1 to 1000, got "0"'],
    [
      { RATE_LIMIT_MAX_LOCKOUT_SECS: '10' },
      'RATE_LIMIT_MAX_LOCKOUT_SECS: must be at least RATE_LIMIT_LOCKOUT_SECS (60), got "10"',
    ],
    [{ TRUST_PROXY: 'maybe' }, 'TRUST_PROXY: must be one of off, on, got "maybe"'],
    [{ SECURE_COOKIES: 'toString' }, 'SECURE_COOKIES: must be one of never, always, auto, got "toString"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of debug, info, warning, error, got "loud"'],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET: must be at least 32 bytes long'],
  ])('%o', (env, problem) => {
    expect(problemsOf({}, env as unknown as Record<string, string>)).toEqual([problem]);
  });

  test('all of them at once', () => {
    const problems = problemsOf({ PORT: 'x' }, { TZ: 'x', LOG_LEVEL: 'x', JWT_SECRET: 'x', PORT: '80' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['TZ', 'JWT_SECRET', 'PORT', 'LOG_LEVEL']);
    const error = new ConfigError(problems);
    for (const problem of problems) expect(error.message).toContain(problem);
  });

  test('secrets are never repeated, and nothing can draw on the terminal', () => {
    const all = problemsOf(
      { JWT_SECRET: 'hunter2' },
      { PUBLIC_URL: 'https://me:hunter2@nas', LOG_LEVEL: '\x1b[2J\nx' },
    );
    expect(all).toHaveLength(3);
    expect(all.join()).not.toContain('hunter2');
    expect(all.join()).not.toMatch(/[\x1b\n]/);
  });
});
