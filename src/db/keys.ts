import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Db } from './open.ts';

export const secretKeyFile = 'secret.key';
const jwtKeyFile = 'jwt.key';

const read = (path: string): string | null => {
  if (!existsSync(path)) return null;
  chmodSync(path, 0o600);
  const text = readFileSync(path, 'utf8').trim();
  return /^[0-9a-f]{64}$/.test(text) ? text : null;
};

const make = (path: string): string => {
  const text = randomBytes(32).toString('hex');
  writeFileAtomic(path, `${text}\n`, 0o600);
  return text;
};

/** Says which key a database was sealed with, without telling anything about the key. Never 0, SQLite's default. */
const stampOf = (key: string): number =>
  (createHash('sha256').update('dynamight data folder').update(key, 'hex').digest().readUInt32BE(0) & 0x3fffffff) + 1;

const stampIn = (db: Db): number =>
  db.$client.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0;

/**
 * The key of the sealed values in `main`: made at the first start, after which the database carries its stamp
 * (`PRAGMA user_version`; copies keep it). Answers the problem instead when a key that was there is gone, unreadable
 * or another one: going on would make saved credentials useless one by one.
 */
export function secretKey(dir: string, main: Db): { key: Buffer } | { problem: string } {
  const path = join(dir, secretKeyFile);
  const stamp = stampIn(main);
  const lost = 'saved credentials cannot be opened without it';
  if (stamp !== 0 && !existsSync(path)) return { problem: `The key ${secretKeyFile} is missing: ${lost}.` };
  const text = existsSync(path) ? read(path) : make(path);
  if (text === null) return { problem: `The key ${secretKeyFile} is damaged: ${lost}.` };
  if (stamp === 0) main.$client.run(`PRAGMA user_version = ${stampOf(text)}`);
  else if (stamp !== stampOf(text))
    return { problem: `The key ${secretKeyFile} belongs to another database: ${lost}.` };
  return { key: Buffer.from(text, 'hex') };
}

/** Signs sessions. A damaged one is made anew: everybody signs in again, nothing else is lost. */
export function jwtKey(dir: string, log: Log): string {
  const path = join(dir, jwtKeyFile);
  const found = read(path);
  if (found !== null) return found;
  if (existsSync(path)) log.warning(`${jwtKeyFile} was damaged and made anew: everybody has to sign in again`);
  return make(path);
}
