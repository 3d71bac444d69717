import { notFound } from '../../core/errors.ts';
import { isStorageKind, type StorageKindInfo, storageKinds } from '../../storage/registry.ts';
import type { CapabilitiesView, ProviderSchemaView, ProviderView } from './schema.ts';

export interface ProvidersService {
  list(): ProviderView[];
  /** Throws not_found for a type that does not exist. */
  capabilities(type: string): CapabilitiesView;
  schema(type: string): ProviderSchemaView;
}

function kindOf(type: string): StorageKindInfo {
  if (!isStorageKind(type)) throw notFound('Provider');
  return storageKinds[type];
}

export function createProvidersService(): ProvidersService {
  return {
    list: () =>
      Object.entries<StorageKindInfo>(storageKinds).map(([type, { name, description, capabilities }]) => ({
        type,
        name,
        description,
        requires_credentials: capabilities.requires_credentials,
      })),
    capabilities: (type) => ({ provider_type: type, capabilities: kindOf(type).capabilities }),
    schema(type) {
      const { config, credential } = kindOf(type);
      return { type, config: [...config.fields], credential: [...(credential?.fields ?? [])] };
    },
  };
}
