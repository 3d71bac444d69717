import { createHash } from 'node:crypto';
import { jwt } from '@elysiajs/jwt';
import type { Clock } from '../../core/clock.ts';

/** What a token opens. One made for one door opens no other. */
export type Audience =
  /** Everything a signed-in person may do; the value of the cookie. */
  | 'session'
  /** One WebSocket. */
  | 'ws'
  /** The second step of a login. */
  | 'totp';

export interface TokenSubject {
  /** UUID of the user. */
  sub: string;
  /** Row (session, login challenge) or ticket it stands for; a token without one opens nothing. */
  jti: string;
}

export interface Tokens {
  sign(audience: Audience, subject: TokenSubject, expiresAtMs: number): Promise<string>;
  /** null for anything that is not a token of ours, for this audience, signed with this key, and in time. */
  read(audience: Audience, token: string): Promise<TokenSubject | null>;
}

const issuer = 'dynamight';
const longestToken = 2048;
/** A page asks many times with one token: its signature is computed once. */
const provenKept = 500;

/** JWT, HS256 only. `jwtKey` is text of at least 32 bytes; a new key makes every token worthless at once. */
export function createTokens({ jwtKey, clock }: { jwtKey: string; clock: Clock }): Tokens {
  const kid = createHash('sha256').update('dynamight jwt key id').update(jwtKey).digest('hex').slice(0, 16);
  const signer = jwt({ name: 'session', secret: jwtKey, alg: 'HS256', typ: 'JWT', kid, iss: issuer }).decorator.session;

  /** Nothing in a header may choose algorithm or key: it is ours to the letter, or it is not ours. */
  const hasOurHeader = (token: string): boolean => {
    try {
      const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as object;
      const { alg, typ, kid: key, ...rest } = header as Record<string, unknown>;
      return alg === 'HS256' && typ === 'JWT' && key === kid && Object.keys(rest).length === 0;
    } catch {
      return false;
    }
  };

  /** Tokens whose signature and claims were found good; only time can change that. Oldest first. */
  const proven = new Map<string, TokenSubject & { audience: Audience; expiresAtMs: number }>();
  const remember = (token: string, found: TokenSubject & { audience: Audience; expiresAtMs: number }) => {
    for (const oldest of proven.keys()) {
      if (proven.size < provenKept) break;
      proven.delete(oldest);
    }
    proven.set(token, found);
    return { sub: found.sub, jti: found.jti };
  };

  return {
    sign: (audience, subject, expiresAtMs) =>
      signer.sign({ ...subject, aud: audience, exp: Math.floor(expiresAtMs / 1000) }),
    async read(audience, token) {
      const known = proven.get(token);
      if (known)
        return known.audience === audience && clock.now() < known.expiresAtMs
          ? { sub: known.sub, jti: known.jti }
          : null;
      if (token.length > longestToken || !hasOurHeader(token)) return null;
      const claims = await signer.verify(token, {
        algorithms: ['HS256'],
        issuer,
        audience,
        currentDate: new Date(clock.now()),
        requiredClaims: ['iss', 'aud', 'sub', 'jti', 'iat', 'exp'],
      });
      if (!claims || claims.aud !== audience) return null;
      const { sub, jti, exp } = claims;
      if (typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number') return null;
      return remember(token, { sub, jti, audience, expiresAtMs: exp * 1000 });
    },
  };
}
