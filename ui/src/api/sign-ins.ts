import type { SignInBody, SignInView } from '../../../src/features/providers/sign-ins.schema.ts';
import { call } from './client.ts';

export type { SignInBody, SignInView };

/** Begins a sign-in at Google or Microsoft; it ends in a credential, which the box stores by itself. */
export const beginSignIn = (body: SignInBody) => call<SignInView>('POST', '/api/sign-ins', body);
export const seeSignIn = (id: string) => call<SignInView>('GET', `/api/sign-ins/${encodeURIComponent(id)}`);
/** The address a browser ended at that could not come back to this page by itself. */
export const bringSignIn = (id: string, address: string) =>
  call<SignInView>('POST', `/api/sign-ins/${encodeURIComponent(id)}/returned`, { address });
export const cancelSignIn = (id: string) => call<unknown>('DELETE', `/api/sign-ins/${encodeURIComponent(id)}`);
