import { type Static, t } from 'elysia';

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

export type ProviderView = Static<typeof providerBody>;
export type CapabilitiesView = Static<typeof capabilitiesBody>;
export type ProviderSchemaView = Static<typeof schemaBody>;
