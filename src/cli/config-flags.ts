import { type Config, type ConfigName, configNames, parseConfig } from '../config/config.ts';
import type { Args, OptionSpec } from './command.ts';
import type { Io } from './io.ts';

const texts: Record<ConfigName, [value: string, help: string] | null> = {
  HOST: ['ADDRESS', 'Address to listen on (default ::, every address)'],
  PORT: ['NUMBER', 'Port to listen on (default 3862)'],
  DATA_DIR: ['FOLDER', 'Data folder (default /var/lib/dynamight for root, ~/.local/share/dynamight otherwise)'],
  TZ: ['ZONE', 'Time zone new schedules start with'],
  JWT_SECRET: null, // a secret: every user of the machine can read another process's arguments
  ALLOWED_BROWSE_PATHS: ['FOLDERS', 'Folders that may be browsed and backed up (default /mnt,/home,/media)'],
  ALLOWED_HOSTS: ['NAMES', 'Further names this machine answers as'],
  PUBLIC_URL: ['URL', 'Address of this server as seen from outside'],
  RATE_LIMIT_MAX_ATTEMPTS: ['N', 'Failed logins before a lock-out (default 5)'],
  RATE_LIMIT_WINDOW_SECS: ['SECONDS', 'Time in which they count (default 60)'],
  RATE_LIMIT_LOCKOUT_SECS: ['SECONDS', 'First lock-out, doubled each time (default 60)'],
  RATE_LIMIT_MAX_LOCKOUT_SECS: ['SECONDS', 'Longest lock-out (default 3600)'],
  SECURE_COOKIES: ['auto|always|never', 'Secure session cookies (default auto: when the request came by TLS)'],
  TRUST_PROXY: ['on|off', 'Believe X-Forwarded-For of the peer (default off)'],
  LOG_LEVEL: ['LEVEL', 'debug, info, warning or error'],
};

const flagOf = (name: ConfigName) => name.toLowerCase().replaceAll('_', '-');

const optionsFor = (names: readonly ConfigName[]): Record<string, OptionSpec> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = texts[name];
      return text ? [[flagOf(name), { type: 'string', value: text[0], help: text[1] } satisfies OptionSpec]] : [];
    }),
  );

/** Every setting of the environment that may be typed, as an option of the same name. */
export const allConfigOptions = optionsFor(configNames);
/** What commands that do not listen can be told. */
export const folderOptions = optionsFor(['DATA_DIR', 'LOG_LEVEL']);

/** Flags over environment over defaults. Throws ConfigError that names every bad value. */
export function configFrom(args: Args, io: Io, defaults: Partial<Record<ConfigName, string>> = {}): Config {
  const known = { ...allConfigOptions };
  const flags = Object.fromEntries(
    configNames.flatMap((name) => {
      const flag = flagOf(name);
      const value = Object.hasOwn(known, flag) ? args.text(flag) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const given = Object.fromEntries(Object.entries(io.env).filter(([, value]) => value !== undefined && value !== ''));
  return parseConfig(flags, { ...defaults, ...given }, io.uid, io.cwd);
}
