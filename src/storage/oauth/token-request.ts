import { StorageError } from '../errors.ts';
import { readJson } from '../net/body.ts';
import type { HttpClient } from '../net/client.ts';
import { errorOfStatus } from '../net/status.ts';
import type { OAuthClient, OAuthService } from './services.ts';

/** Who asks whom, and by what. */
export interface OAuthPorts {
  http: HttpClient;
  service: OAuthService;
  client: OAuthClient;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What a sign-in or a refresh brought. */
export interface Tokens {
  accessToken: string;
  /** Null: the one before stays good. */
  refreshToken: string | null;
  /** Milliseconds since 1970, by our clock. */
  expiresAtMs: number;
}

const mostBytes = 65_536;
/** Where the answer does not say: both services give an hour. */
const usualSeconds = 3600;

/** The refusals of RFC 6749 §5.2 and RFC 8628 §3.5 by their code; everything else is a StorageError. */
type TokenAnswer = { tokens: Tokens; scope: string | null } | { refused: string };

const textIn = (answer: Record<string, unknown>, member: string): string | null => {
  const value = answer[member];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** Posts a form: what is secret travels in the body, never in an address. */
export async function postForm(
  { http, service, client }: OAuthPorts,
  url: string,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await http.request(url, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: client.id,
      ...(client.secret === null ? {} : { client_secret: client.secret }),
      ...form,
    }).toString(),
    signal,
  });
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) throw errorOfStatus(response, `${service.name}'s sign-in`);
  return { status, answer: await readJson(response, mostBytes, `${service.name}'s sign-in`) };
}

export function refusalOf(service: OAuthService, code: string): StorageError {
  const { name } = service;
  const details = { reason: code };
  if (code === 'invalid_client' || code === 'unauthorized_client' || code === 'deleted_client')
    return new StorageError(
      'auth_failed',
      `${name} does not know this client ID, or its secret is wrong or has expired. Look at the app registration.`,
      { details },
    );
  if (code === 'invalid_scope' || code === 'access_denied' || code === 'consent_required')
    return new StorageError(
      'auth_failed',
      `Access to the files was not allowed at ${name}. Sign in again and allow it.`,
      {
        details,
      },
    );
  if (code === 'redirect_uri_mismatch')
    return new StorageError(
      'auth_failed',
      `The address of the return page is not entered in the app registration at ${name}. Add it there.`,
      { details },
    );
  return new StorageError('auth_failed', `${name} refused the sign-in (${code}). Try again.`, { details });
}

/** One question to the token endpoint. Network trouble and bad days of the service are never a refusal. */
export async function askForTokens(
  ports: OAuthPorts,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const askedAt = ports.now();
  const { status, answer } = await postForm(ports, ports.service.tokenUrl, form, signal);
  const code = textIn(answer, 'error');
  if (status !== 200) {
    // Codes are short words; what is none of these is not repeated to anybody.
    if (code !== null && /^[a-z_]{1,40}$/.test(code)) return { refused: code };
    throw new StorageError(
      'protocol',
      `${ports.service.name}'s sign-in answers in a way we do not understand (${status}).`,
    );
  }
  const accessToken = textIn(answer, 'access_token');
  if (accessToken === null)
    throw new StorageError('protocol', `${ports.service.name} accepted the sign-in but gave no access.`);
  const seconds = Number(answer['expires_in']);
  return {
    tokens: {
      accessToken,
      refreshToken: textIn(answer, 'refresh_token'),
      expiresAtMs: askedAt + (Number.isFinite(seconds) && seconds > 0 ? seconds : usualSeconds) * 1000,
    },
    scope: textIn(answer, 'scope'),
  };
}

/** A sign-in that lasts: with a refresh token, and with the access it is for. */
export function lasting(service: OAuthService, { tokens, scope }: Exclude<TokenAnswer, { refused: string }>): SignedIn {
  if (scope !== null && !service.needed.test(scope)) throw refusalOf(service, 'access_denied');
  if (tokens.refreshToken === null)
    throw new StorageError(
      'auth_failed',
      `${service.name} allowed access for an hour only. Remove this app's access in the account, then sign in again.`,
    );
  return { ...tokens, refreshToken: tokens.refreshToken };
}

export interface SignedIn extends Tokens {
  refreshToken: string;
}
