import type { OAuthKind } from './account-kinds.ts';

/** What a service sends the browser back with. */
export interface Returned {
  state: string;
  code: string | null;
  /** The service's word for why not; never shown. */
  error: string | null;
}

/**
 * Where the browser is sent when no page of ours can be: its own machine, where nobody answers. The person copies the
 * address. Google takes this form for apps of type "Desktop" without being told; Microsoft wants the name, not the number.
 */
export const pasteAddress: Record<OAuthKind, string> = {
  google: 'http://127.0.0.1/oauth/return',
  microsoft: 'http://localhost/oauth/return',
};

/** Of a whole address, with or without its beginning; null where no sign-in of ours can have ended in it. */
export function returnedIn(address: string): Returned | null {
  const start = address.indexOf('?');
  if (start === -1) return null;
  const query = new URLSearchParams(address.slice(start + 1).replace(/#.*$/s, ''));
  const within = (name: string, most: number): string | null => {
    const value = query.get(name)?.trim() ?? '';
    return value === '' || value.length > most ? null : value;
  };
  const state = within('state', 512);
  const code = within('code', 8192);
  const error = within('error', 256);
  return state !== null && (code ?? error) !== null ? { state, code, error } : null;
}
