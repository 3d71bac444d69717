import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const name = t.String({ minLength: 1, maxLength: 200 });
// Not t.Object or t.Record: Elysia turns a string into an object of its letters before it checks. What is wrong in it is
// worded by the driver's own schema, which never repeats a value.
const data = t.Unknown({
  description:
    'An object, the secret: see `credential` of GET /api/providers/{type}/schema. Stored encrypted, never answered.',
});
const time = t.String({ description: 'UTC, whole seconds: 2026-01-05T02:00:00Z' });

export const credentialBody = t.Object({
  id: integer(),
  name: t.String(),
  provider_type: t.String(),
  created_at: time,
  updated_at: time,
});

export const newCredential = t.Object({ name, provider_type: t.String({ minLength: 1, maxLength: 64 }), data });
export const credentialPatch = t.Object({
  name: t.Optional(name),
  provider_type: t.Optional(t.String({ description: 'Only the one it has; a credential never changes its type' })),
  data: t.Optional(data),
});
export const listQuery = t.Object({ provider: t.Optional(t.String({ description: 'Only of this provider type' })) });

export const usageBody = t.Object({
  credential_id: integer(),
  jobs: t.Array(t.Object({ id: integer(), name: t.String() })),
});
export const inUseBody = t.Object({ error: t.String(), jobs: t.Array(t.String()) });

export type CredentialView = Static<typeof credentialBody>;
export type NewCredential = Static<typeof newCredential>;
export type CredentialPatch = Static<typeof credentialPatch>;
export type UsageView = Static<typeof usageBody>;
