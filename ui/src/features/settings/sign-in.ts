import { ApiError } from '../../api/client.ts';
import type { SignInBody, SignInView } from '../../api/sign-ins.ts';

/** Kinds of storage whose credentials come from a sign-in at the service, never from something typed. */
export type Account = 'google_drive' | 'onedrive';
export const isAccount = (kind: string): kind is Account => kind === 'google_drive' || kind === 'onedrive';

export type Way = SignInBody['method'];

/**
 * Where the service sends the browser back to; to be entered there letter by letter. Of `paste` it is the browser's own
 * machine, where nothing opens: the person brings the address. Null where nothing is to be entered.
 */
export function returnAddress(kind: Account, way: Way, origin: string): string | null {
  if (way === 'browser') return `${origin}/oauth/return`;
  return way === 'paste' && kind === 'onedrive' ? 'http://localhost/oauth/return' : null;
}

/** The two ways a person chooses from at this address of the page; the usual one first. */
export const waysAt = (kind: Account, origin: string): readonly Way[] => [
  canReturn(kind, origin) ? 'browser' : 'paste',
  'device',
];

const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1';
const isNumeric = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');
/** Names that mean something in one's own network only. */
const isPrivateName = (host: string): boolean => !host.includes('.') || /\.(local|lan|home|internal|arpa)$/i.test(host);

/**
 * Whether the service takes the address of this page as one to come back to. Both want https, or the very machine the
 * browser runs on; Google wants a public name besides.
 */
export function canReturn(kind: Account, origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (isLoopback(hostname)) return true;
  if (protocol !== 'https:') return false;
  return kind === 'onedrive' || !(isNumeric(hostname) || isPrivateName(hostname));
}

export interface TypedClient {
  id: string;
  secret: string;
  tenant: string;
}

/** What the box is asked for; what was left empty is what it has stored. */
export function bodyOf(
  kind: Account,
  way: Way,
  { id, secret, tenant }: TypedClient,
  about: { credentialId: number } | { name: string },
): SignInBody {
  const given = {
    ...(id.trim() === '' ? {} : { client_id: id.trim() }),
    ...(secret.trim() === '' ? {} : { client_secret: secret.trim() }),
    ...(kind === 'onedrive' && tenant.trim() !== '' ? { tenant: tenant.trim() } : {}),
  };
  if ('credentialId' in about) return { method: way, credential_id: about.credentialId, ...given };
  return { method: way, provider_type: kind, name: about.name.trim(), ...given };
}

/** A secret is what Google wants of every client, and Microsoft of those a browser comes back to. */
export const asksClientSecret = (kind: Account, way: Way): boolean => kind === 'google_drive' || way !== 'device';

const everyMs = 2000;

export interface FollowDoors {
  see(id: string): Promise<SignInView>;
  /** Rejects when `signal` is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Asks until somebody has signed in or it failed; null when the box knows nothing of it any more. A box that does not
 * answer is asked again. Rejects when `signal` is aborted.
 */
export async function followSignIn(id: string, doors: FollowDoors, signal: AbortSignal): Promise<SignInView | null> {
  for (;;) {
    await doors.pause(everyMs, signal);
    try {
      const now = await doors.see(id);
      if (now.state !== 'waiting') return now;
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.status === 404) return null;
    }
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
