import { type Clock, toIso } from '../../core/clock.ts';
import { AppError, conflict, invalid, notFound } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { SecretBox } from '../../core/secrets.ts';
import { isStorageKind, type StorageKind, type StorageKindInfo, storageKinds } from '../../storage/registry.ts';
import type { CredentialPatch, CredentialView, NewCredential, UsageView } from './schema.ts';
import type { CredentialRow, CredentialsStore } from './store.ts';

interface OpenCredential {
  provider_type: StorageKind;
  /** As its driver's credential schema cleaned it. Never to be logged, answered, or put on a command line. */
  data: Record<string, unknown>;
}

export interface CredentialsService {
  list(type?: string): CredentialView[];
  get(id: number): CredentialView;
  create(body: NewCredential): CredentialView;
  /** Changes what is given; `data` replaces the whole secret. */
  update(id: number, patch: CredentialPatch): CredentialView;
  /** Throws conflict, naming the jobs, while one uses it. */
  remove(id: number): void;
  usage(id: number): UsageView;
  /** For drivers. Throws not_found, and conflict when the secret can no longer be decrypted. */
  open(id: number): OpenCredential;
  exists(id: number, type: StorageKind): boolean;
  /**
   * Stores a secret that changed by itself (a refreshed sign-in): on the disk when it returns, and no change of a
   * person's, so `updated_at` stays. Throws not_found and invalid_request.
   */
  replaceSecret(id: number, data: Record<string, unknown>): void;
}

export interface CredentialsDeps {
  store: CredentialsStore;
  secrets: SecretBox;
  clock: Clock;
  ids: Ids;
  /** Jobs that name the credential. Words the answers; what stops a deletion is the foreign key. */
  usedBy(credentialId: number): { id: number; name: string }[];
}

const ownerOf = (uuid: string) => `credentials/${uuid}/data`;

const view = (row: CredentialRow): CredentialView => ({
  id: row.id,
  name: row.name,
  provider_type: row.providerType,
  created_at: toIso(row.createdAt),
  updated_at: toIso(row.updatedAt),
});

function cleanName(name: string): string {
  const clean = name.trim();
  if (clean === '') throw invalid("Field 'name' must not be empty");
  if (/[\u0000-\u001f\u007f-\u009f]/.test(clean) || !clean.isWellFormed())
    throw invalid("Field 'name' must not contain control characters");
  return clean;
}

function kindOf(type: string): StorageKindInfo {
  const known = Object.keys(storageKinds).filter((kind) => kind !== 'local');
  if (!isStorageKind(type)) throw invalid(`Field 'provider_type' must be one of ${known.join(', ')}`);
  return storageKinds[type];
}

/** The secret as it is sealed. Throws invalid_request naming `data.<field>`. */
function cleanData(type: string, data: unknown): string {
  const { name, credential } = kindOf(type);
  if (credential === null) throw invalid(`Field 'provider_type': ${name} destinations need no credential`);
  return JSON.stringify(credential.parse(data, 'data'));
}

export function createCredentialsService({ store, secrets, clock, ids, usedBy }: CredentialsDeps): CredentialsService {
  const rowOf = (id: number): CredentialRow => {
    const row = store.find(id);
    if (!row) throw notFound('Credential');
    return row;
  };
  return {
    list: (type) => store.list(type).map(view),
    get: (id) => view(rowOf(id)),
    create(body) {
      const name = cleanName(body.name);
      const plain = cleanData(body.provider_type, body.data);
      const uuid = ids.uuid();
      const now = clock.now();
      const data = secrets.seal(plain, ownerOf(uuid));
      return view(store.insert({ uuid, name, providerType: body.provider_type, data, createdAt: now, updatedAt: now }));
    },
    update(id, patch) {
      const row = rowOf(id);
      if (patch.provider_type !== undefined && patch.provider_type !== row.providerType)
        throw invalid("Field 'provider_type' cannot be changed. Create another credential instead.");
      const name = patch.name === undefined ? row.name : cleanName(patch.name);
      const data =
        patch.data === undefined ? row.data : secrets.seal(cleanData(row.providerType, patch.data), ownerOf(row.uuid));
      const changed = store.update(id, { name, data, updatedAt: clock.now() });
      if (!changed) throw notFound('Credential');
      return view(changed);
    },
    remove(id) {
      const result = store.remove(id);
      if (result === 'removed') return;
      if (result === 'missing') throw notFound('Credential');
      const jobs = usedBy(id).map((job) => job.name);
      if (jobs.length === 0) throw conflict('Credential is in use');
      throw conflict('Credential is in use', { title: `Credential is in use by ${jobs.length} job(s)`, jobs });
    },
    usage(id) {
      rowOf(id);
      return { credential_id: id, jobs: usedBy(id).map((job) => ({ id: job.id, name: job.name })) };
    },
    open(id) {
      const row = rowOf(id);
      try {
        const data = JSON.parse(secrets.open(row.data, ownerOf(row.uuid))) as Record<string, unknown>;
        return { provider_type: row.providerType as StorageKind, data };
      } catch (cause) {
        throw new AppError(
          'conflict',
          `The secret of credential "${row.name}" cannot be decrypted: it was stored with another secret.key. Enter it again.`,
          { cause },
        );
      }
    },
    exists: (id, type) => store.find(id)?.providerType === type,
    replaceSecret(id, data) {
      const row = rowOf(id);
      const sealed = secrets.seal(cleanData(row.providerType, data), ownerOf(row.uuid));
      store.update(id, { data: sealed });
    },
  };
}
