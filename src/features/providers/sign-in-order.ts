import { invalid } from '../../core/errors.ts';
import { oauthFields, tenantField } from '../../storage/oauth-fields.ts';
import { accountKind, type OAuthKind } from './account-kinds.ts';
import type { SignInBody } from './sign-ins.schema.ts';

/** What a sign-in is to end in. */
export interface SignInOrder {
  kind: OAuthKind;
  /** The credential that is renewed; null: a new one is made. */
  credentialId: number | null;
  /** Of a new credential. */
  name: string;
  /** What the credential is to hold, but for the tokens. */
  draft: Record<string, unknown>;
}

interface SavedSecret {
  provider_type: string;
  data: Record<string, unknown>;
}

const usualNames: Record<OAuthKind, string> = { google: 'Google Drive', microsoft: 'OneDrive' };
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** From the body, or from the credential that is signed in again. Throws invalid_request, and as `open` does. */
export function signInOrder(body: SignInBody, open: (credentialId: number) => SavedSecret): SignInOrder {
  const credentialId = body.credential_id ?? null;
  const saved = credentialId === null ? null : open(credentialId);
  if (saved !== null && body.provider_type !== undefined && body.provider_type !== saved.provider_type)
    throw invalid(`Field 'provider_type': this credential is for ${saved.provider_type}`);
  const kind = accountKind(saved?.provider_type ?? body.provider_type ?? '');
  if (kind === null) throw invalid("Field 'provider_type' must be google_drive or onedrive");
  const of = (name: string, given: unknown) => given ?? saved?.data[name] ?? null;
  const clientId = oauthFields.client_id.read(of('client_id', body.client_id), 'client_id');
  if (clientId === null) throw invalid("Field 'client_id' is required: the ID of your own app registration");
  const name = (body.name ?? '').trim() || usualNames[kind];
  if (control.test(name) || !name.isWellFormed()) throw invalid("Field 'name' must not contain control characters");
  const draft = {
    ...saved?.data,
    client_id: clientId,
    client_secret: oauthFields.client_secret.read(of('client_secret', body.client_secret), 'client_secret'),
    ...(kind === 'microsoft' ? { tenant: tenantField.read(of('tenant', body.tenant), 'tenant') } : {}),
  };
  return { kind, credentialId, name, draft };
}
