import { toIso } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { StorageError } from '../../storage/errors.ts';
import { typeOf } from './account-kinds.ts';
import type { SignInOrder } from './sign-in-order.ts';
import type { SignInBody, SignInView } from './sign-ins.schema.ts';

/** Of whoever asked: results are told to nobody else. */
export interface Asker {
  /** The session; null is the owner of the box. */
  sessionId: number | null;
  /** Where the browser reached this box: `http://nas.local:3862`. */
  origin: string;
}

/** One that runs, or has ended a while ago. */
export interface SignIn extends SignInOrder {
  id: string;
  method: SignInBody['method'];
  asker: Asker;
  state: SignInView['state'];
  message: string;
  url: string | null;
  redirectUri: string | null;
  userCode: string | null;
  verificationUrl: string | null;
  expiresAt: number;
  /** SHA-256 of the `state` that travels; it is taken once. */
  stateHash: string | null;
  verifier: string;
  stop: AbortController;
}

const lastsMs = 10 * 60_000;

/** One that has just been asked for. */
export const newSignIn = (
  id: string,
  order: SignInOrder,
  method: SignInBody['method'],
  asker: Asker,
  now: number,
): SignIn => ({
  ...order,
  id,
  method,
  asker,
  state: 'waiting',
  message: '',
  url: null,
  redirectUri: null,
  userCode: null,
  verificationUrl: null,
  expiresAt: now + lastsMs,
  stateHash: null,
  verifier: '',
  stop: new AbortController(),
});

/** For whoever began it. */
export const view = (one: SignIn): SignInView => {
  const open = one.state === 'waiting';
  return {
    id: one.id,
    provider_type: typeOf(one.kind),
    method: one.method,
    state: one.state,
    message: one.message,
    credential_id: one.state === 'failed' ? null : one.credentialId,
    url: open ? one.url : null,
    redirect_uri: open ? one.redirectUri : null,
    user_code: open ? one.userCode : null,
    verification_url: open ? one.verificationUrl : null,
    expires_at: toIso(one.expiresAt),
  };
};

/** Why a sign-in failed. Errors of storage and of services are worded for people; nothing else is told. */
export function wordsOf(error: unknown, log: Log): string {
  if (error instanceof StorageError || error instanceof AppError) return error.message;
  if ((error as Error | null)?.name === 'TimeoutError') return 'The service does not answer. Try again later.';
  log.error('A sign-in failed unexpectedly', { error });
  return 'The sign-in failed. Try again.';
}
