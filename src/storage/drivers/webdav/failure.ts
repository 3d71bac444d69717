import { StorageError } from '../../errors.ts';
import { errorOfStatus } from '../../net/status.ts';

/** What a request was about, for the sentence that tells of its failure. */
export interface About {
  /** `The WebDAV server nas.local`. */
  what: string;
  /** `''` is the root. */
  path: string;
}

const shown = (path: string): string => (path === '' ? 'the folder of this destination' : JSON.stringify(path));

export const noRoot = (what: string): StorageError =>
  new StorageError(
    'no_root',
    `${what} has no such folder as this destination names, or it is a file. Make it there, or correct the address and the folder.`,
  );
export const notFound = (what: string, path: string): StorageError =>
  path === '' ? noRoot(what) : new StorageError('not_found', `${what} has nothing at ${shown(path)}.`);
export const inTheWay = (what: string, path: string, why: string): StorageError =>
  new StorageError('exists', `${what}: ${shown(path)} ${why}. Nothing was changed.`);

export const signInRefused = (what: string, byToken: boolean): StorageError =>
  new StorageError(
    'auth_failed',
    byToken
      ? `${what} does not accept the token. Make a new one there and save it in the credential.`
      : `${what} does not accept the user name and password. Check both; with two-factor sign-in it wants an app password, made in its settings.`,
  );

/** A redirect that is not followed: what was sent to one address belongs to no other. */
export function redirected(answer: Response, url: string, what: string): StorageError {
  void answer.body?.cancel().catch(() => {});
  const to = URL.parse(answer.headers.get('location') ?? '', url);
  const from = new URL(url);
  if (to && to.origin !== from.origin)
    return new StorageError(
      'target_refused',
      `${what} sends us on to ${to.protocol}//${to.host}, where nothing is sent without being asked for. If that is the right place, enter its address.`,
    );
  return new StorageError(
    'protocol',
    `${what} sends us on to another path of its own. Enter the address that your server names for WebDAV.`,
  );
}

/** The meaning of a status that was no success. The body is dropped. */
export function failureOf(answer: Response, { what, path }: About): StorageError {
  const { status } = answer;
  const drop = (error: StorageError) => {
    void answer.body?.cancel().catch(() => {});
    return error;
  };
  if (status === 404 || status === 410) return drop(notFound(what, path));
  // What Apache says of a folder whose name, or that of one above it, a file has.
  if (status === 400 && path === '') return drop(noRoot(what));
  if (status === 400 || status === 414)
    return drop(new StorageError('name', `${what} does not take the name ${shown(path)}.`, { details: { status } }));
  if (status === 403 && path !== '')
    return drop(
      new StorageError('permission', `${what} does not allow this at ${shown(path)} with these credentials.`),
    );
  if (status === 405)
    return drop(
      new StorageError('unsupported', `${what} does not do this at ${shown(path)}. Is it the address for WebDAV?`),
    );
  if (status === 423)
    return drop(
      new StorageError('unavailable', `${what} holds a lock on ${shown(path)}. Somebody else is working on it.`),
    );
  return errorOfStatus(answer, what);
}

/** The same for a part of a multistatus. */
export const partFailure = (status: number, about: About): StorageError =>
  status === 404 || status === 410
    ? new StorageError('unavailable', `${about.what}: something in ${shown(about.path)} changed while it was listed.`)
    : failureOf(new Response(null, { status: status >= 200 && status <= 599 ? status : 500 }), about);
