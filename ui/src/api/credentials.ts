import type {
  CredentialPatch,
  CredentialView,
  NewCredential,
  UsageView,
} from '../../../src/features/credentials/schema.ts';
import { call } from './client.ts';

export type { CredentialView, UsageView };

export const listCredentials = () => call<CredentialView[]>('GET', '/api/credentials');
export const createCredential = (body: NewCredential) => call<CredentialView>('POST', '/api/credentials', body);
/** Without `data` the secret stays as it is; with it, it is replaced whole. */
export const updateCredential = (id: number, change: CredentialPatch) =>
  call<CredentialView>('PUT', `/api/credentials/${id}`, change);
export const removeCredential = (id: number) => call<unknown>('DELETE', `/api/credentials/${id}`);
export const credentialUsage = (id: number) => call<UsageView>('GET', `/api/credentials/${id}/usage`);
