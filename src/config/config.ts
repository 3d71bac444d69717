import { hostname } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { type LogLevel, logLevels, printableLine } from '../core/log.ts';
import { isAddress } from '../lib/net.ts';
import { isTimeZone, localTimeZone } from './time-zone.ts';

/** Everything the program can be told from outside, checked and frozen. Made once, handed down, never read globally. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** IANA zone new schedules start with. */
  readonly timeZone: string;
  /** Overrides `jwt.key` of the data folder. */
  readonly jwtSecret: string | null;
  /** Absolute folders a job's sources and destinations, and browsing, must lie in. */
  readonly allowedPaths: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly publicUrl: string | null;
  readonly rateLimit: {
    readonly maxAttempts: number;
    readonly windowSeconds: number;
    readonly lockoutSeconds: number;
    readonly maxLockoutSeconds: number;
  };
  /** `auto`: Secure whenever the request came by TLS. */
  readonly secureCookies: 'auto' | 'always' | 'never';
  /** Believe `X-Forwarded-For` and `X-Forwarded-Proto` of the peer. */
  readonly trustProxy: boolean;
  readonly logLevel: LogLevel;
  /** Other places than Google's and Microsoft's own (tests, sovereign clouds): https, without a slash at the end; no flags. */
  readonly clouds: {
    readonly googleApi: string | null;
    readonly googleOauth: string | null;
    readonly microsoftGraph: string | null;
    readonly microsoftLogin: string | null;
  };
  /** DYNAMIGHT_ALLOW_LOOP_DRIVES=1: loop devices count as drives. For tests and disk images; no flag. */
  readonly allowLoopDrives: boolean;
}

/** Thrown with every bad value at once; the command line prints it and exits 1. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Bad configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Names as in the environment; a flag `--data-dir` has the same name as `DATA_DIR` and wins over it. */
export const configNames = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'TZ',
  'JWT_SECRET',
  'ALLOWED_BROWSE_PATHS',
  'ALLOWED_HOSTS',
  'PUBLIC_URL',
  'RATE_LIMIT_MAX_ATTEMPTS',
  'RATE_LIMIT_WINDOW_SECS',
  'RATE_LIMIT_LOCKOUT_SECS',
  'RATE_LIMIT_MAX_LOCKOUT_SECS',
  'SECURE_COOKIES',
  'TRUST_PROXY',
  'LOG_LEVEL',
] as const;
export type ConfigName = (typeof configNames)[number];
type Values = Partial<Record<ConfigName, string | undefined>>;

/** Where data goes when nobody says: the system folder for root, the user's data folder otherwise. */
export function defaultDataDir(env: Record<string, string | undefined>, uid: number): string {
  if (uid === 0) return '/var/lib/dynamight';
  const xdg = env['XDG_DATA_HOME'] ?? '';
  const base = isAbsolute(xdg) ? xdg : env['HOME'] ? `${env['HOME']}/.local/share` : '/var/lib';
  return `${base}/dynamight`;
}

const hostPattern = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;
const originPattern = /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)(:\d{1,5})?\/?$/i;

/** The names this machine goes by in its own network. */
function ownNames(): string[] {
  const full = hostname();
  const short = full.split('.')[0] ?? full;
  return [...new Set(['localhost', full, short, `${short}.local`])];
}

/** Pure: flags win over the environment, the environment over the defaults. An empty value counts as not given. */
export function parseConfig(flags: Values, env: Record<string, string | undefined>, uid = 0, cwd = '/'): Config {
  const problems: string[] = [];
  const raw = (name: ConfigName): string | undefined =>
    [flags[name], env[name]].find((value) => value !== undefined && value !== '');
  const bad = (name: ConfigName, want: string) => {
    const got = raw(name) ?? '';
    // An address may carry a password before its @.
    const shown = got.includes('@') ? '' : `, got "${printableLine(got).slice(0, 100)}"`;
    problems.push(`${name}: must be ${want}${shown}`);
  };

  const integer = (name: ConfigName, fallback: number, min: number, max: number): number => {
    const text = raw(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    bad(name, `a whole number from ${min} to ${max}`);
    return fallback;
  };
  const choice = <T extends string>(name: ConfigName, fallback: T, allowed: Record<string, T>): T => {
    const text = raw(name)?.toLowerCase();
    if (text === undefined) return fallback;
    const value = Object.hasOwn(allowed, text) ? allowed[text] : undefined;
    if (value !== undefined) return value;
    bad(name, `one of ${[...new Set(Object.values(allowed))].join(', ')}`);
    return fallback;
  };
  const list = (name: ConfigName): string[] | undefined =>
    raw(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');

  const host = raw('HOST') ?? '::';
  if (!isAddress(host) && !hostPattern.test(host)) bad('HOST', 'an address or name of this machine');

  const zone = raw('TZ')?.replace(/^:/, ''); // libc takes `:Europe/Berlin` and `:/etc/localtime` too
  const timeZone = zone === undefined || zone.startsWith('/') ? localTimeZone() : zone;
  if (zone !== undefined && !isTimeZone(timeZone)) bad('TZ', 'an IANA time zone such as Europe/Berlin');

  const allowedPaths = list('ALLOWED_BROWSE_PATHS') ?? ['/mnt', '/home', '/media'];
  if (allowedPaths.length === 0 || !allowedPaths.every((path) => isAbsolute(path) && !path.includes('\0')))
    bad('ALLOWED_BROWSE_PATHS', 'absolute folders separated by commas');

  const secret = raw('JWT_SECRET');
  if (secret !== undefined && Buffer.byteLength(secret) < 32)
    problems.push('JWT_SECRET: must be at least 32 bytes long'); // never echoed

  const allowedHosts = list('ALLOWED_HOSTS') ?? [];
  if (!allowedHosts.every((name) => hostPattern.test(name)))
    bad('ALLOWED_HOSTS', 'host names without scheme or port, separated by commas');

  const publicUrl = raw('PUBLIC_URL') ?? null;
  if (publicUrl !== null && (!originPattern.test(publicUrl) || !URL.canParse(publicUrl)))
    bad('PUBLIC_URL', 'an http or https address without user name or path');

  const cloud = (name: string): string | null => {
    const text = env[name] ?? '';
    if (text === '') return null;
    if (!/^https:\/\/[^\s@?#]+$/.test(text) || !URL.canParse(text)) problems.push(`${name}: must be an https address`);
    return text.replace(/\/+$/, '');
  };

  const lockoutSeconds = integer('RATE_LIMIT_LOCKOUT_SECS', 60, 1, 86_400);
  const rateLimit = {
    maxAttempts: integer('RATE_LIMIT_MAX_ATTEMPTS', 5, 1, 1000),
    windowSeconds: integer('RATE_LIMIT_WINDOW_SECS', 60, 1, 86_400),
    lockoutSeconds,
    maxLockoutSeconds: integer('RATE_LIMIT_MAX_LOCKOUT_SECS', Math.max(3600, lockoutSeconds), 1, 604_800),
  };
  if (rateLimit.maxLockoutSeconds < lockoutSeconds)
    bad('RATE_LIMIT_MAX_LOCKOUT_SECS', `at least RATE_LIMIT_LOCKOUT_SECS (${lockoutSeconds})`);

  const config: Config = {
    host,
    port: integer('PORT', 3862, 0, 65_535),
    dataDir: resolve(cwd, raw('DATA_DIR') ?? defaultDataDir(env, uid)),
    timeZone,
    jwtSecret: secret ?? null,
    allowedPaths: Object.freeze(allowedPaths.map((path) => resolve('/', path))),
    allowedHosts: Object.freeze([...ownNames(), ...allowedHosts]),
    publicUrl,
    rateLimit: Object.freeze(rateLimit),
    secureCookies: choice('SECURE_COOKIES', 'auto', {
      auto: 'auto',
      true: 'always',
      always: 'always',
      on: 'always',
      '1': 'always',
      false: 'never',
      never: 'never',
      off: 'never',
      '0': 'never',
    }),
    trustProxy:
      choice('TRUST_PROXY', 'off', { on: 'on', true: 'on', '1': 'on', off: 'off', false: 'off', '0': 'off' }) === 'on',
    logLevel: choice('LOG_LEVEL', 'info', {
      ...(Object.fromEntries(logLevels.map((level) => [level, level])) as Record<LogLevel, LogLevel>),
      warn: 'warning',
    }),
    clouds: Object.freeze({
      googleApi: cloud('GOOGLE_API_URL'),
      googleOauth: cloud('GOOGLE_OAUTH_URL'),
      microsoftGraph: cloud('MICROSOFT_GRAPH_URL'),
      microsoftLogin: cloud('MICROSOFT_LOGIN_URL'),
    }),
    allowLoopDrives: env['DYNAMIGHT_ALLOW_LOOP_DRIVES'] === '1',
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}
