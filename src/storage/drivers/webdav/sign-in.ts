import { bestDigest, type Challenge, digestHeader, parseChallenges } from './digest.ts';
import type { WebdavCredential } from './schema.ts';

/** What one request was signed with, to be told apart when it is refused. */
export interface Signed {
  /** Value of `Authorization`; null: sent without. */
  header: string | null;
  nonce: string | null;
}

export interface SignIn {
  sign(method: string, uri: string): Signed;
  /** The server took it. */
  accepted(signed: Signed): void;
  /** The server answered 401. True when another try, signed anew, makes sense; false: the credentials are wrong. */
  refused(signed: Signed, authenticate: string | null): boolean;
  /** Milliseconds since the server gave us the nonce; null where there is none. */
  nonceAgeMs(): number | null;
}

/**
 * How requests are signed. With user name and password nothing is sent until the server was asked once what it wants
 * (`refused`, or `accepted` when it wanted nothing): Digest where it offers that, else Basic.
 */
export function createSignIn(credential: WebdavCredential, now: () => number): SignIn {
  const { token, username, password } = credential;
  if (token !== null) {
    const signed = { header: `Bearer ${token}`, nonce: null };
    return { sign: () => signed, accepted() {}, refused: () => false, nonceAgeMs: () => null };
  }
  const who = { username: username ?? '', password: password ?? '' };
  const basic = `Basic ${Buffer.from(`${who.username}:${who.password}`).toString('base64')}`;
  let asked = false;
  let digest: { challenge: Challenge; nonce: string; count: number; works: boolean; since: number } | null = null;

  return {
    sign(method, uri) {
      if (!asked) return { header: null, nonce: null };
      if (!digest) return { header: basic, nonce: null };
      digest.count += 1;
      const header = digestHeader(digest.challenge, { ...who, method, uri, count: digest.count });
      return { header, nonce: digest.nonce };
    },
    accepted({ nonce }) {
      asked = true;
      if (digest && digest.nonce === nonce) digest.works = true;
    },
    refused(signed, authenticate) {
      const challenge = bestDigest(parseChallenges(authenticate ?? ''));
      const first = !asked;
      asked = true;
      if (!challenge) return first || signed.header === null;
      const nonce = challenge.parameters.get('nonce') ?? '';
      // Nonces end: by `stale`, or without a word. One that never worked means that user or password is wrong.
      const wasGood = digest !== null && (digest.nonce !== signed.nonce || digest.works);
      const stale = challenge.parameters.get('stale')?.toLowerCase() === 'true';
      if (digest === null || digest.nonce === signed.nonce)
        digest = { challenge, nonce, count: 0, works: false, since: now() };
      return signed.nonce === null || stale || wasGood;
    },
    nonceAgeMs: () => (digest ? now() - digest.since : null),
  };
}
