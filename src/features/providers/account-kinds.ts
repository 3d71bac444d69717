/** Whose account it is. */
export type OAuthKind = 'google' | 'microsoft';

const kinds = { google_drive: 'google', onedrive: 'microsoft' } as const;
type AccountType = keyof typeof kinds;

/** The sign-in a type of credential needs; null where it needs none. */
export const accountKind = (type: string): OAuthKind | null =>
  Object.hasOwn(kinds, type) ? kinds[type as AccountType] : null;

export const typeOf = (kind: OAuthKind): AccountType => (kind === 'google' ? 'google_drive' : 'onedrive');

/** Tokens as a service gives them. */
export interface Brought {
  accessToken: string | null;
  refreshToken: string;
  expiresAtMs: number | null;
}

/** Tokens as a credential keeps them. */
export const stored = (tokens: Brought) => ({
  access_token: tokens.accessToken,
  refresh_token: tokens.refreshToken,
  expires_at: tokens.expiresAtMs === null ? null : Math.floor(tokens.expiresAtMs / 1000),
});
