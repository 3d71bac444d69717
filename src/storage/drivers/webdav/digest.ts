import { createHash, randomBytes } from 'node:crypto';

/** One way to sign in that a server offers: `Digest realm="…", nonce="…"`. Names of parameters are lower case. */
export interface Challenge {
  scheme: string;
  parameters: Map<string, string>;
}

/** Splits at commas that stand in no quotes. */
const items = (header: string): string[] => header.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? [];

/** `WWW-Authenticate`, several of them joined as fetch joins them (RFC 9110 §11.6.1). What makes no sense is left out. */
export function parseChallenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  for (const item of items(header)) {
    const [, scheme, parameter = ''] = /^\s*(?:([\w-]+)(?:\s+|$))?(?:([\w-]+\s*=.*))?$/s.exec(item) ?? [];
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    const [, name, quoted, plain] = /^([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s"]*))/s.exec(parameter) ?? [];
    if (name === undefined) continue;
    found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain ?? '');
  }
  return found;
}

const hashes: Record<string, string> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };
const strength = ['md5', 'sha-256', 'sha-512-256'];
const algorithmOf = ({ parameters }: Challenge): string => (parameters.get('algorithm') ?? 'MD5').toLowerCase();
const plainOf = (algorithm: string): string => algorithm.replace(/-sess$/, '');

/** The strongest Digest challenge that can be answered. */
export const bestDigest = (challenges: readonly Challenge[]): Challenge | null =>
  challenges
    .filter((one) => one.scheme === 'digest' && one.parameters.has('nonce') && plainOf(algorithmOf(one)) in hashes)
    .filter((one) => qopOf(one) !== 'other')
    .sort((a, b) => strength.indexOf(plainOf(algorithmOf(b))) - strength.indexOf(plainOf(algorithmOf(a))))[0] ?? null;

function qopOf({ parameters }: Challenge): 'auth' | 'none' | 'other' {
  const offered = parameters.get('qop');
  if (offered === undefined) return 'none';
  return offered.split(',').some((one) => one.trim().toLowerCase() === 'auth') ? 'auth' : 'other';
}

interface DigestRequest {
  username: string;
  password: string;
  method: string;
  /** Path and query exactly as they are sent. */
  uri: string;
  /** How often this nonce was used, this time included. */
  count: number;
  /** Random unless told. */
  cnonce?: string;
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
/** Header values are bytes: UTF-8 is handed to fetch as one character per byte. */
const bytesAsText = (text: string): string => Buffer.from(text).toString('latin1');

/** The value of `Authorization` for one request (RFC 7616 §3.4; without `qop` as RFC 2069 wants it). */
export function digestHeader(challenge: Challenge, request: DigestRequest): string {
  const { parameters } = challenge;
  const algorithm = algorithmOf(challenge);
  const hash = (...parts: string[]) =>
    createHash(hashes[plainOf(algorithm)] ?? 'md5')
      .update(parts.join(':'))
      .digest('hex');
  const { username, password, method, uri } = request;
  const [realm, nonce] = [parameters.get('realm') ?? '', parameters.get('nonce') ?? ''];
  const cnonce = request.cnonce ?? randomBytes(16).toString('hex');
  const count = request.count.toString(16).padStart(8, '0');
  const known = hash(username, realm, password);
  const first = algorithm.endsWith('-sess') ? hash(known, nonce, cnonce) : known;
  const second = hash(method, uri);
  const isAuth = qopOf(challenge) === 'auth';
  const response = isAuth ? hash(first, nonce, count, cnonce, 'auth', second) : hash(first, nonce, second);
  const fields = [
    `username=${quoted(bytesAsText(username))}`,
    `realm=${quoted(bytesAsText(realm))}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
  ];
  if (parameters.has('algorithm')) fields.push(`algorithm=${parameters.get('algorithm')}`);
  if (isAuth) fields.push('qop=auth', `nc=${count}`, `cnonce="${cnonce}"`);
  else if (algorithm.endsWith('-sess')) fields.push(`cnonce="${cnonce}"`);
  const opaque = parameters.get('opaque');
  if (opaque !== undefined) fields.push(`opaque=${quoted(opaque)}`);
  return `Digest ${fields.join(', ')}`;
}
