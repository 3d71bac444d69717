import type { OAuthClient, OAuthService } from './services.ts';
import { askForTokens, lasting, type OAuthPorts, refusalOf, type SignedIn } from './token-request.ts';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** Of RFC 7636: the verifier stays here until the code comes back, the challenge travels (S256). */
interface Pkce {
  verifier: string;
  challenge: string;
}

export const challengeOf = (verifier: string): string =>
  base64url(new Bun.CryptoHasher('sha256').update(verifier).digest());

/** `random` answers that many random bytes. */
export function createPkce(random: (bytes: number) => Uint8Array): Pkce {
  const verifier = base64url(random(32));
  return { verifier, challenge: challengeOf(verifier) };
}

/** Where a person signs in. `state` comes back with the code; nothing in the address is secret. */
export function authorizeUrl(
  service: OAuthService,
  asked: { client: Pick<OAuthClient, 'id'>; redirectUri: string; state: string; challenge: string },
): string {
  const url = new URL(service.authorizeUrl);
  const query = {
    client_id: asked.client.id,
    redirect_uri: asked.redirectUri,
    response_type: 'code',
    scope: service.scopes.join(' '),
    state: asked.state,
    code_challenge: asked.challenge,
    code_challenge_method: 'S256',
    ...service.extra,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** The code that came back, against tokens. It is good once, for some minutes. Throws `auth_failed` when refused. */
export async function exchangeCode(
  ports: OAuthPorts,
  asked: { code: string; verifier: string; redirectUri: string },
  signal: AbortSignal,
): Promise<SignedIn> {
  const form = {
    grant_type: 'authorization_code',
    code: asked.code,
    code_verifier: asked.verifier,
    redirect_uri: asked.redirectUri,
  };
  const answer = await askForTokens(ports, form, signal);
  if ('refused' in answer) throw refusalOf(ports.service, answer.refused);
  return lasting(ports.service, answer);
}
