import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const nullable = <T extends Parameters<typeof t.Union>[0][number]>(type: T) => t.Union([type, t.Null()]);

const method = t.Union([t.Literal('browser'), t.Literal('paste'), t.Literal('device')], {
  description:
    'browser: open `url`; the service sends the browser back to /oauth/return of this box. ' +
    'paste: the same, but the browser ends at an address of its own machine that does not open; hand that address to POST /api/sign-ins/{id}/returned (for Google, which sends nobody to names of a home network). ' +
    'device: enter `user_code` at `verification_url`, on any machine (Google then shows us only files of this very app).',
});

export const signInBody = t.Object({
  provider_type: t.Optional(t.String({ description: 'google_drive or onedrive; of a saved credential not needed' })),
  method,
  credential_id: t.Optional(
    t.Union([integer(), t.Null()], { description: 'Sign in again: what is left out below is taken from it' }),
  ),
  name: t.Optional(t.String({ maxLength: 200, description: 'Of the credential that is made' })),
  client_id: t.Optional(nullable(t.String({ description: 'Of your own app registration' }))),
  client_secret: t.Optional(nullable(t.String({ description: 'Of the same; never answered' }))),
  tenant: t.Optional(nullable(t.String({ description: 'Microsoft only; default common' }))),
});

export const broughtBody = t.Object({
  address: t.String({ maxLength: 16_384, description: '`http://127.0.0.1/oauth/return?state=…&code=…`' }),
});

export const signInView = t.Object({
  id: t.String(),
  provider_type: t.String(),
  method,
  state: t.Union([t.Literal('waiting'), t.Literal('done'), t.Literal('failed')]),
  message: t.String({ description: 'Why it failed; empty while it waits' }),
  credential_id: t.Union([integer(), t.Null()], { description: 'Which one is renewed, or was made' }),
  url: t.Union([t.String(), t.Null()], { description: 'To be opened in a browser' }),
  redirect_uri: t.Union([t.String(), t.Null()], { description: 'Must be entered in the app registration' }),
  user_code: nullable(t.String()),
  verification_url: nullable(t.String()),
  expires_at: t.String({ description: 'UTC, whole seconds' }),
});

export const signInParams = t.Object({ id: t.String({ maxLength: 64 }) });

export type SignInBody = Static<typeof signInBody>;
export type SignInView = Static<typeof signInView>;
