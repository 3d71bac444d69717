import type {
  AcceptKeyBody,
  CapabilitiesView,
  ProviderSchemaView,
  ProviderView,
  TestBody,
  TestView,
} from '../../../src/features/providers/schema.ts';
import { call } from './client.ts';

export type { ProviderSchemaView, ProviderView };

/** One field of a form the box describes. */
export type ProviderField = ProviderSchemaView['config'][number];

export const listProviders = () => call<ProviderView[]>('GET', '/api/providers');
export const providerSchema = (type: string) =>
  call<ProviderSchemaView>('GET', `/api/providers/${encodeURIComponent(type)}/schema`);
export const providerCapabilities = (type: string) =>
  call<CapabilitiesView>('GET', `/api/providers/${encodeURIComponent(type)}/capabilities`).then(
    ({ capabilities }) => capabilities,
  );
export type Capabilities = CapabilitiesView['capabilities'];

/** `details` hold whatever the storage tells; see `toldOf` and `questionOf` of the editor. */
export interface ConnectionTest extends Omit<TestView, 'details'> {
  details: Record<string, unknown> | null;
}
/** Where a destination in the network is reached with a saved credential or one just typed, and whether it lets us in. */
export const testConnection = (body: TestBody, signal: AbortSignal) =>
  call<ConnectionTest>('POST', '/api/providers/test', body, { signal });

/** From now on this key is the server's. */
export const acceptHostKey = (body: AcceptKeyBody) => call<unknown>('POST', '/api/providers/host-keys/accept', body);
