import type { Ids } from '../../core/ids.ts';
import type { Brought } from './account-kinds.ts';
import { pasteAddress, type Returned } from './return-address.ts';
import type { SignInDoor } from './sign-in-door.ts';
import type { SignIn } from './sign-in-record.ts';

export interface SignInSteps {
  /** Asks the service for what the person needs to begin. Throws what the service says against it. */
  start(one: SignIn): Promise<void>;
  /** What the browser came back with, believed once. Never rejects. */
  take(one: SignIn, returned: Returned): Promise<void>;
}

export interface SignInStepsDeps {
  /** Speaks the protocol; loaded when the first account is used. */
  door(): Promise<SignInDoor>;
  ids: Ids;
  end(one: SignIn, state: 'failed', message: string): void;
  fail(one: SignIn, error: unknown): void;
  finish(one: SignIn, tokens: Brought): void;
}

/** The service's time to answer. */
const patienceMs = 30_000;

export const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex');

/** What is said to the service during one sign-in. */
export function createSignInSteps({ door, ids, end, fail, finish }: SignInStepsDeps): SignInSteps {
  const within = (one: SignIn) => AbortSignal.any([one.stop.signal, AbortSignal.timeout(patienceMs)]);
  /** Ends in `finish` or `fail`; never rejects. */
  const settle = (one: SignIn, tokens: Promise<Brought>): Promise<void> =>
    tokens.then((brought) => finish(one, brought)).catch((error: unknown) => fail(one, error));

  return {
    async start(one) {
      const protocol = await door();
      if (one.method === 'device') {
        const device = await protocol.startDevice(one.kind, one.draft, within(one));
        const { userCode, verificationUrl, expiresAtMs } = device;
        Object.assign(one, { userCode, verificationUrl, expiresAt: expiresAtMs });
        void settle(one, protocol.pollDevice(one.kind, one.draft, device, one.stop.signal));
        return;
      }
      const state = ids.token(16);
      const redirectUri = one.method === 'paste' ? pasteAddress[one.kind] : `${one.asker.origin}/oauth/return`;
      const { url, verifier } = protocol.authorize(one.kind, one.draft, { state, redirectUri });
      Object.assign(one, { url, verifier, redirectUri, stateHash: sha256(state) });
    },
    async take(one, { code, error }) {
      const { verifier, redirectUri } = one;
      one.stateHash = null;
      if (code === null || redirectUri === null)
        return end(one, 'failed', error === 'access_denied' ? 'Access was not allowed' : 'The sign-in was refused');
      const exchange = async () =>
        (await door()).exchange(one.kind, one.draft, { code, verifier, redirectUri }, within(one));
      await settle(one, exchange());
    },
  };
}
