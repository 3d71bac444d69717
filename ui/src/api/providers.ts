import type { CapabilitiesView, ProviderSchemaView, ProviderView } from '../../../src/features/providers/schema.ts';
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

export interface ConnectionTest {
  success: boolean;
  message: string;
  details: Record<string, unknown> | null;
}
/** Where a destination in the network is reached with a saved credential, and whether it lets us in. */
export const testConnection = (body: ConnectionBody, signal: AbortSignal) =>
  call<ConnectionTest>('POST', '/api/providers/test', body, { signal, timeoutMs: 60_000 });
export interface ConnectionBody {
  destination_type: string;
  destination_config: Record<string, unknown>;
  credential_id: number | null;
}
