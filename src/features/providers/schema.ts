import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

export const providerBody = t.Object({
  type: t.String(),
  name: t.String(),
  description: t.String(),
  requires_credentials: t.Boolean(),
});

export const capabilitiesBody = t.Object({
  provider_type: t.String(),
  capabilities: t.Object({
    supports_delete: t.Boolean(),
    supports_compression: t.Boolean(),
    supports_checksum: t.Boolean(),
    supports_bandwidth_limit: t.Boolean(),
    supports_exclude_patterns: t.Boolean(),
    supports_incremental: t.Boolean(),
    supports_dry_run: t.Boolean(),
    requires_credentials: t.Boolean(),
  }),
});

const field = t.Object({
  name: t.String(),
  label: t.String(),
  help: t.String(),
  type: t.Union(
    [
      t.Literal('text'),
      t.Literal('multiline'),
      t.Literal('integer'),
      t.Literal('boolean'),
      t.Literal('choice'),
      t.Literal('list'),
    ],
    { description: 'How to ask for it; a list is several texts' },
  ),
  required: t.Boolean(),
  default: t.Union([t.String(), t.Number(), t.Boolean(), t.Array(t.String()), t.Null()], {
    description: 'Taken when the field is left out',
  }),
  secret: t.Boolean({ description: 'To be typed blind; never answered again' }),
  advanced: t.Boolean({ description: 'Most people leave it alone' }),
  choices: t.Union([t.Array(t.Object({ value: t.String(), label: t.String() })), t.Null()]),
});

export const schemaBody = t.Object({
  type: t.String(),
  config: t.Array(field, { description: "Fields of a job's `destination_config`" }),
  credential: t.Array(field, { description: "Fields of a credential's `data`; empty where none is needed" }),
});

export const testBody = t.Object({
  destination_type: t.String({ maxLength: 64 }),
  destination_config: t.Unknown({ description: 'As in a job: see `config` of GET /api/providers/{type}/schema' }),
  credential_id: t.Optional(t.Union([integer(), t.Null()], { description: 'A saved credential' })),
  credential_data: t.Optional(t.Unknown({ description: 'A credential that is not saved yet, instead' })),
});
export const testResultBody = t.Object({
  success: t.Boolean(),
  message: t.String({ description: 'One of a fixed set; never what a server said' }),
  details: t.Union([
    t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean(), t.Null()]), {
      description: 'What is known of the destination; of a refused host key or certificate what decides about it',
    }),
    t.Null(),
  ]),
});

const keyAddress = {
  host: t.String({ minLength: 1, maxLength: 260, description: 'As in the destination' }),
  port: integer({ minimum: 1, maximum: 65_535 }),
};
export const acceptKeyBody = t.Object({
  ...keyAddress,
  fingerprint: t.String({
    // 32 bytes in base64: the last of 43 letters carries four bits.
    pattern: '^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$',
    description: 'As the test showed it: SHA256:… without padding',
  }),
});
export const keyQuery = t.Object({ host: keyAddress.host, port: t.Numeric({ minimum: 1, maximum: 65_535 }) });
export const hostKeyBody = t.Object({
  ...keyAddress,
  fingerprint: t.String(),
  type: t.String({ description: 'ssh-ed25519 …; empty where a person accepted a fingerprint' }),
  pinned_at: t.String({ description: 'UTC, whole seconds' }),
});

export type TestBody = Static<typeof testBody>;
export type TestView = Static<typeof testResultBody>;
export type AcceptKeyBody = Static<typeof acceptKeyBody>;
export type HostKeyView = Static<typeof hostKeyBody>;
export type ProviderView = Static<typeof providerBody>;
export type CapabilitiesView = Static<typeof capabilitiesBody>;
export type ProviderSchemaView = Static<typeof schemaBody>;
