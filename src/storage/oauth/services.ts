/** A service people sign in to, with what the protocol needs to know of it. */
export interface OAuthService {
  /** As people call it. */
  name: string;
  authorizeUrl: string;
  tokenUrl: string;
  deviceUrl: string;
  /** Asked for in the browser. */
  scopes: readonly string[];
  /** Asked for by device code. */
  deviceScopes: readonly string[];
  /** Of `scopes`: without it the sign-in is worth nothing, although the service calls it a success. */
  needed: RegExp;
  /** Of its own, for the address people are sent to. */
  extra: Readonly<Record<string, string>>;
  /** Microsoft wants the scopes again with every refresh. */
  scopesOnRefresh: boolean;
}

/** The app registration everybody makes for themselves; public clients have no secret. */
export interface OAuthClient {
  id: string;
  secret: string | null;
}

/**
 * The whole Drive, not `drive.file` (only what this app made): the folder of a backup is one that is there already,
 * and what another program or an earlier registration wrote into it must be seen, else it would be written twice.
 */
const googleDrive = 'https://www.googleapis.com/auth/drive';
/** The one scope of Drive that Google gives by device code; only folders made by this very registration are seen. */
const googleDriveFile = 'https://www.googleapis.com/auth/drive.file';

/** `base` is one origin for everything, in place of Google's own two. */
export const googleOAuth = (base?: string): OAuthService => ({
  name: 'Google',
  authorizeUrl: `${base ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`,
  tokenUrl: `${base ?? 'https://oauth2.googleapis.com'}/token`,
  deviceUrl: `${base ?? 'https://oauth2.googleapis.com'}/device/code`,
  scopes: [googleDrive],
  deviceScopes: [googleDriveFile],
  // People may untick it and still come back signed in.
  needed: /(^|\s)https:\/\/www\.googleapis\.com\/auth\/drive(\.file)?(\s|$)/,
  // Without `consent` a second sign-in brings no refresh token.
  extra: { access_type: 'offline', prompt: 'consent' },
  scopesOnRefresh: false,
});

const microsoftScopes = ['Files.ReadWrite.All', 'offline_access', 'User.Read'];

/** `tenant`: common, consumers, organizations, a domain or an ID. */
export function microsoftOAuth(tenant = 'common', base = 'https://login.microsoftonline.com'): OAuthService {
  const at = `${base}/${encodeURIComponent(tenant)}/oauth2/v2.0`;
  return {
    name: 'Microsoft',
    authorizeUrl: `${at}/authorize`,
    tokenUrl: `${at}/token`,
    deviceUrl: `${at}/devicecode`,
    scopes: microsoftScopes,
    deviceScopes: microsoftScopes,
    needed: /Files\.ReadWrite/i,
    extra: { response_mode: 'query', prompt: 'select_account' },
    scopesOnRefresh: true,
  };
}
