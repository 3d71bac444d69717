import { conflict, invalid, notFound } from '../../core/errors.ts';
import type { LocalConfig } from '../../storage/drivers/local/schema.ts';
import {
  isStorageKind,
  parseConfig,
  type StorageKind,
  type StorageKindInfo,
  storageKinds,
} from '../../storage/registry.ts';
import type { Accounts } from './accounts.ts';
import { foldersAbove } from './folders-above.ts';
import { nearestFolder, whereMounted } from './local-target.ts';
import type { Opener, OpenOptions, StorageOrder } from './open.ts';
import type { CapabilitiesView, ProviderSchemaView, ProviderView, TestBody, TestView } from './schema.ts';

export interface ProvidersService {
  list(): ProviderView[];
  /** Throws not_found for a type that does not exist. */
  capabilities(type: string): CapabilitiesView;
  schema(type: string): ProviderSchemaView;
  /** Tries a destination out; what a server says against it is an answer, not an error. */
  test(body: TestBody, asked: AbortSignal): Promise<TestView>;
  /** Storage of a saved destination, for whoever moves files. The caller closes it. */
  open(type: string, config: object, credentialId: number | null, options?: OpenOptions): ReturnType<Opener>;
}

export interface ProvidersDeps {
  opener: Opener;
  /** The secret of a saved credential. Throws not_found or conflict. */
  secretOf(credentialId: number): { provider_type: StorageKind; data: Record<string, unknown> };
  accounts: Pick<Accounts, 'tokensOf' | 'tokensFor'>;
  /** Throws invalid_request, in the words a job is refused in, for a folder of this machine that may not be used. */
  checkFolder(config: LocalConfig): void;
}

function kindOf(type: string): StorageKindInfo {
  if (!isStorageKind(type)) throw notFound('Provider');
  return storageKinds[type];
}

/** Loaded when somebody asks: an idle box does without it. */
async function tryOut(...asked: Parameters<typeof import('./connection-test.ts').testConnection>) {
  const { testConnection } = await import('./connection-test.ts');
  return await testConnection(...asked);
}

export function createProvidersService({ opener, secretOf, accounts, checkFolder }: ProvidersDeps): ProvidersService {
  const savedOrder = (type: StorageKind, config: object, credentialId: number | null): StorageOrder => {
    if (storageKinds[type].credential === null) return { type, config, secret: null, tokens: null };
    if (credentialId === null) throw invalid(`Field 'credential_id' is required for ${storageKinds[type].name}`);
    const credential = secretOf(credentialId);
    if (credential.provider_type !== type)
      throw invalid(`Field 'credential_id': this credential is for ${credential.provider_type}, not for ${type}`);
    return { type, config, secret: credential.data, tokens: accounts.tokensOf(credentialId, credential) };
  };
  const draftOrder = (type: StorageKind, config: object, data: unknown): StorageOrder => {
    const fields = storageKinds[type].credential;
    if (fields === null) throw invalid(`Field 'credential_data': ${storageKinds[type].name} needs no credential`);
    const secret = fields.parse(data, 'credential_data') as Record<string, unknown>;
    return { type, config, secret, tokens: accounts.tokensFor(type, secret) };
  };
  const openFolder = async (wish: LocalConfig) => {
    const config = await whereMounted(wish);
    checkFolder(config);
    const nearest = nearestFolder(config);
    const driver = await opener({ type: 'local', config: nearest, secret: null, tokens: null }, { once: true });
    const folder_exists = nearest.backup_subdir === config.backup_subdir;
    return { ...driver, probe: async (signal: AbortSignal) => ({ ...(await driver.probe(signal)), folder_exists }) };
  };

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
    async test(body, asked) {
      const type = body.destination_type;
      if (!isStorageKind(type))
        throw invalid(`Field 'destination_type' must be one of ${Object.keys(storageKinds).join(', ')}`);
      const config = parseConfig(type, body.destination_config);
      const id = body.credential_id ?? null;
      const draft = body.credential_data ?? null;
      if (id !== null && draft !== null)
        throw invalid("Field 'credential_data' must be left out when a credential_id is given");
      if (type === 'local' && draft === null) {
        checkFolder(config as LocalConfig);
        return await tryOut(type, [{ open: () => openFolder(config as LocalConfig), missing: null }], asked);
      }
      const order = draft === null ? savedOrder(type, config, id) : draftOrder(type, config, draft);
      const places = [{ config, missing: null }, ...foldersAbove(type, config)];
      const open = (at: object) => () => opener({ ...order, config: at }, { once: true });
      return await tryOut(
        type,
        places.map(({ config: at, missing }) => ({ open: open(at), missing })),
        asked,
      );
    },
    async open(type, config, credentialId, options) {
      if (!isStorageKind(type)) throw conflict(`This version knows no destinations of type ${type}`);
      return await opener(savedOrder(type, config, credentialId), options);
    },
  };
}
