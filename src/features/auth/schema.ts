import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const username = t.String({
  description: '1 to 64 characters, nothing invisible; case makes no difference',
  maxLength: 256,
});
const newPassword = t.String({
  description: '12 characters to 1,024 bytes, not a well-known one, without the user name',
});
const code = t.String({ description: 'Six digits from the authenticator app; each works once', maxLength: 64 });
const time = t.String({ description: 'UTC, whole seconds' });
const role = t.Union([t.Literal('admin'), t.Literal('user')]);

export const loginBody = t.Object({ username: t.String(), password: t.String() });
export const setUpBody = t.Object({ username, password: newPassword });
export const changePasswordBody = t.Object({ current_password: t.String(), new_password: newPassword });
export const enableBody = t.Object({ secret: t.String({ maxLength: 256 }), code });
export const disableBody = t.Object({
  code: t.String({ description: 'Six digits from the authenticator app, or a recovery code', maxLength: 64 }),
});
export const validateBody = t.Object({ totp_token: t.String(), code });
export const recoveryBody = t.Object({ totp_token: t.String(), recovery_code: t.String({ maxLength: 64 }) });
export const newUserBody = t.Object({ username, password: newPassword, role: t.Optional(role) });
export const resetPasswordBody = t.Object({ password: newPassword });

export const setUpRequired = t.Object({ setup_required: t.Boolean() });
export const account = t.Object({ id: integer(), username: t.String() });
export const challenge = t.Object({
  totp_required: t.Literal(true),
  totp_token: t.String({ description: 'For totp/validate or totp/recovery: 5 minutes, 5 tries' }),
});
export const me = t.Object({ id: integer(), username: t.String(), totp_enabled: t.Boolean() });
export const socketToken = t.Object({ token: t.String({ description: 'Opens one WebSocket within 60 seconds' }) });
export const enabled = t.Object({ enabled: t.Boolean() });
export const totpSetup = t.Object({
  secret: t.String({ description: 'Base32; good for 10 minutes until enabled' }),
  qr_code: t.String({ description: 'PNG as a data URL' }),
  otpauth_url: t.String(),
});
export const totpEnabled = t.Object({
  enabled: t.Literal(true),
  recovery_codes: t.Array(t.String(), { description: 'Five, each for one login; shown only now' }),
});
export const recovered = t.Object({ id: integer(), username: t.String(), remaining_codes: integer() });
export const session = t.Object({
  id: integer(),
  created_at: time,
  last_seen_at: time,
  expires_at: time,
  address: t.String({ description: 'Where the login came from' }),
  user_agent: t.Nullable(t.String()),
  current: t.Boolean({ description: 'The session that asks' }),
});
export const sessionsEnded = t.Object({ message: t.String(), count: integer() });
export const user = t.Object({
  id: integer(),
  uuid: t.String(),
  username: t.String(),
  role,
  disabled: t.Boolean(),
  totp_enabled: t.Boolean(),
  last_login: t.Nullable(time),
  created_at: time,
});
export const rateLimited = t.Object(
  { error: t.String(), message: t.String(), retry_after: integer() },
  { description: 'Too many failed attempts for this account or from this address; also in `Retry-After`' },
);

export type UserBody = Static<typeof user>;
export type SessionBody = Static<typeof session>;
