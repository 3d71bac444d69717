import { AppError, forbidden, unauthorized } from '../core/errors.ts';
import { isAddress, isLoopback, plainAddress } from '../lib/net.ts';
import { checkBody } from './body.ts';
import { type Caller, type Identity, isOwnerRequest, setCaller } from './caller.ts';
import type { Family } from './families.ts';

export interface GuardDeps {
  /** Session of a cookie or bearer token; null when it opens nothing (any more). */
  authenticate(token: string): Promise<Identity | null>;
  /** The same for the token in a WebSocket's URL, which is used up by this. */
  verifySocketToken(token: string): Promise<Identity | null>;
  allowedHosts: readonly string[];
  publicUrl: string | null;
  trustProxy: boolean;
  secureCookies: 'auto' | 'always' | 'never';
  /** In recovery mode: the text every other door answers with; null in normal life. */
  recovery: string | null;
}

/** All doors that open without a login. Everything else under an API prefix answers 401 first, whatever was sent. */
const publicRoutes = new Set([
  'GET /api/system/health',
  'GET /api/auth/setup-required',
  'POST /api/auth/setup',
  'POST /api/auth/login',
  'POST /api/auth/totp/validate',
  'POST /api/auth/totp/recovery',
]);
const routeName = (method: string, path: string): string => {
  const upper = method.toUpperCase();
  return `${upper === 'HEAD' ? 'GET' : upper} ${path}`;
};
/** Does a route (`/api/auth/login`) open without a login. */
export const isPublic = (method: string, path: string): boolean => publicRoutes.has(routeName(method, path));
const openInRecovery = new Set(['GET /api/system/health', 'GET /api/auth/setup-required', 'POST /api/auth/setup']);
/** What an account of role `user` may call in the Dynamight and webmanager families. */
const ownAccount = /^\/api\/auth\//;

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `name`, `name.`, `name:port`, `[address]:port` and nothing else: no user name, no path, no list of two. */
const hostPattern = /^(?:([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\.?|(\[[0-9a-f:.]+\]))(?::\d{1,5})?$/i;

/** A page may point a name of its own at this box (DNS rebinding): only names the box really has are answered. */
function createHostCheck({ allowedHosts, publicUrl }: GuardDeps): (request: Request) => void {
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  if (publicUrl !== null) names.add(new URL(publicUrl).hostname.toLowerCase());
  return ({ url, headers }) => {
    // The listener hands over a bare path when `Host` makes no address, e.g. with port 99999.
    const host = url.startsWith('http') ? headers.get('host') : null;
    const [, name, address] = hostPattern.exec(host ?? '') ?? [];
    if (name !== undefined && (names.has(name.toLowerCase()) || isAddress(name))) return;
    if (address !== undefined && isAddress(address)) return;
    throw new AppError(
      'misdirected',
      name === undefined
        ? 'The request names no host this box could answer as.'
        : `This box does not answer as "${name.slice(0, 100)}". Add it to ALLOWED_HOSTS if it should.`,
    );
  };
}

/** A page of another site must not be able to make this browser act here. Programs send neither header. */
function checkOrigin({ method, headers }: Request, publicOrigin: string | undefined): void {
  if (harmless.has(method) && headers.get('upgrade') === null) return;
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw forbidden('Cross-site request refused');
  const origin = headers.get('origin');
  const host = headers.get('host')?.toLowerCase();
  if (origin === null || origin === `http://${host}` || origin === `https://${host}`) return;
  if (origin !== publicOrigin) throw forbidden('Cross-site request refused');
}

function tokenOf({ headers }: Request): string | null {
  const bearer = /^Bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? /(?:^|;)\s*token=([^;\s]*)/.exec(headers.get('cookie') ?? '')?.[1] ?? null;
}

/** Doors a `?token=` opens: browsers of other programs cannot send a header with a WebSocket. */
const socketDoor = /^(\/api)?\/ws\//;

/** `token` in the query of a socket's door; null when there is none. Nothing else is ever taken from a URL. */
function socketTokenOf({ url }: Request, path: string): string | null {
  if (!socketDoor.test(path)) return null;
  const query = url.indexOf('?');
  return query === -1 ? null : new URLSearchParams(url.slice(query + 1)).get('token');
}

const forwarding = /^(forwarded|x-forwarded-.*)$/;
const isForwarded = (headers: Headers): boolean => [...headers.keys()].some((name) => forwarding.test(name));

/** What is only asked by few routes (addresses, loopback) is worked out when asked: it costs more than the rest. */
function callerFrom(request: Request, peer: () => string | null, deps: GuardDeps): Caller {
  const { headers } = request;
  let address: string | undefined;
  const findAddress = (): string => {
    const direct = peer() ?? '';
    const told = deps.trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
    return plainAddress(told !== undefined && isAddress(told) ? told : direct);
  };
  return {
    identity: null,
    get address() {
      return (address ??= findAddress());
    },
    get loopback() {
      return isLoopback(peer() ?? '') && !isForwarded(headers);
    },
    get secure() {
      if (deps.secureCookies !== 'auto') return deps.secureCookies === 'always';
      return request.url.startsWith('https:') || (deps.trustProxy && headers.get('x-forwarded-proto') === 'https');
    },
    get userAgent() {
      return headers.get('user-agent')?.slice(0, 200) ?? null;
    },
  };
}

const owner: Caller = Object.freeze({
  identity: Object.freeze({ kind: 'owner' }),
  address: '',
  loopback: true,
  secure: false,
  userAgent: null,
});

/** A request as the router sees it. */
export interface Knock {
  request: Request;
  path: string;
  family: Family | null;
  /** Address of the other end; null when nobody knows. Asked while the request is alive. */
  peer(): string | null;
}

/**
 * Runs before routing, parsing and validation of anything: who is it, may they knock here at all. Throws AppError.
 * On success the request has a Caller. Page paths (no API family) pass without a login.
 */
export function createGuard(deps: GuardDeps) {
  const checkHost = createHostCheck(deps);
  const publicOrigin = deps.publicUrl?.replace(/\/$/, '').toLowerCase();
  const checkRecovery = ({ request, path, family }: Knock): void => {
    if (deps.recovery === null || family === null || openInRecovery.has(routeName(request.method, path))) return;
    throw new AppError('unavailable', deps.recovery);
  };

  const identify = async (request: Request, path: string, family: Family): Promise<Identity | null> => {
    const ticket = family === 'dynamight' ? socketTokenOf(request, path) : null;
    if (ticket !== null) return deps.verifySocketToken(ticket);
    const token = tokenOf(request);
    return token ? deps.authenticate(token) : null;
  };

  return async function guard(knock: Knock): Promise<void> {
    const { request, path, family } = knock;
    if (isOwnerRequest(request)) {
      setCaller(request, owner);
      checkRecovery(knock);
      checkBody(request);
      return;
    }
    checkHost(request);
    checkOrigin(request, publicOrigin);
    const caller = callerFrom(request, knock.peer, deps);
    setCaller(request, caller);
    if (family === null) return;
    checkRecovery(knock);
    if (!isPublic(request.method, path)) {
      const identity = await identify(request, path, family);
      if (!identity) throw unauthorized();
      caller.identity = identity;
      checkRole(identity, path, family);
    }
    checkBody(request);
  };
}

function checkRole(identity: Identity, path: string, family: Family): void {
  if (identity.kind === 'owner' || identity.role === 'admin') return;
  if ((family === 'dynamight' || family === 'webmanager') && !ownAccount.test(path)) throw forbidden();
}
