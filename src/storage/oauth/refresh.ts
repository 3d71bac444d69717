import { StorageError } from '../errors.ts';
import { askForTokens, type OAuthPorts, refusalOf, type Tokens } from './token-request.ts';

/** Only a person can go on from here. Google ends sign-ins of apps in "testing" after 7 days, Microsoft idle ones after 90. */
const ended = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);

/**
 * A new access token. Throws `auth_expired` when the sign-in has ended (revoked, password changed, too long unused);
 * trouble on the way there is told as what it is.
 */
export async function refresh(ports: OAuthPorts, refreshToken: string, signal: AbortSignal): Promise<Tokens> {
  const { service } = ports;
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...(service.scopesOnRefresh ? { scope: service.scopes.join(' ') } : {}),
  };
  const answer = await askForTokens(ports, form, signal);
  if (!('refused' in answer)) return answer.tokens;
  if (ended.has(answer.refused))
    throw new StorageError('auth_expired', `The sign-in at ${service.name} has ended. Sign in again.`, {
      details: { reason: answer.refused },
    });
  throw refusalOf(service, answer.refused);
}
