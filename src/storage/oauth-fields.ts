import { integer, optional, text } from './fields.ts';

/** What a sign-in at Google or Microsoft leaves behind. The refresh token is what lasts; the rest is made from it. */
export const oauthFields = {
  access_token: optional(text({ label: 'Access token', secret: true, advanced: true, max: 16_384 })),
  refresh_token: text({ label: 'Refresh token', secret: true, max: 16_384 }),
  expires_at: optional(
    integer({
      label: 'Access token valid until',
      help: 'Seconds since 1970',
      min: 0,
      max: 99_999_999_999,
      advanced: true,
    }),
  ),
  client_id: optional(
    text({
      label: 'Client ID',
      help: 'Of your own app registration',
      advanced: true,
      pattern: /^[\x21-\x7e]+$/,
      wants: 'one word',
    }),
  ),
  client_secret: optional(text({ label: 'Client secret', secret: true, advanced: true })),
};

/** Whose accounts may sign in, at Microsoft. */
export const tenantField = optional(
  text({
    label: 'Tenant',
    help: 'For your own app registration: common, consumers, organizations, a domain or an ID',
    advanced: true,
    pattern: /^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$/,
    wants: 'a tenant name or ID',
  }),
);
