import { AppError, forbidden, unauthorized } from '../core/errors.ts';
import { isAddress, isLoopback, plainAddress } from '../lib/net.ts';
import { type Caller, type Identity, isOwnerRequest, setCaller } from './caller.ts';
import { type Family, familyOf } from './families.ts';

export interface GuardDeps {
  /** Session of a cookie or bearer token; null when it opens nothing (any more). */
  authenticate(token: string): Promise<Identity | null>;
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
const openInRecovery = new Set(['GET /api/system/health', 'GET /api/auth/setup-required', 'POST /api/auth/setup']);
/** What an account of role `user` may call in the Dynamight and webmanager families. */
const ownAccount = /^\/api\/auth\//;

export const maxJsonBytes = 1024 * 1024;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const unauthenticated: Caller = {
  identity: null,
  address: '',
  loopback: false,
  secure: false,
  userAgent: null,
};

const hostName = (host: string): string =>
  host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');

function checkHost(host: string | null, deps: GuardDeps): void {
  const name = hostName(host ?? '').toLowerCase();
  const known =
    name !== '' &&
    (isAddress(name) ||
      deps.allowedHosts.some((allowed) => allowed.toLowerCase() === name) ||
      (deps.publicUrl !== null && new URL(deps.publicUrl).hostname === name));
  if (!known)
    throw new AppError(
      'misdirected',
      `This box does not answer as "${name.slice(0, 100)}". Add it to ALLOWED_HOSTS if it should.`,
    );
}

/** A page of another site must not be able to make this browser act here. Programs send neither header. */
function checkOrigin(request: Request, host: string, deps: GuardDeps): void {
  const upgrade = request.headers.get('upgrade') !== null;
  if (safeMethods.has(request.method) && !upgrade) return;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw forbidden('Cross-site request refused');
  const origin = request.headers.get('origin');
  if (origin === null) return;
  const own = [`http://${host}`, `https://${host}`, deps.publicUrl?.replace(/\/$/, '')];
  if (!own.includes(origin)) throw forbidden('Cross-site request refused');
}

/** Bodies of these families are JSON and small. A request without a body needs no type. */
function checkBody(request: Request): void {
  if (request.body === null) return;
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > maxJsonBytes) throw new AppError('payload_too_large', `The body may be at most ${maxJsonBytes} bytes`);
  if (request.headers.get('content-length') === '0') return;
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new AppError('unsupported_media_type', 'The body must be sent as application/json');
}

function tokenOf(request: Request): string | null {
  const bearer = /^Bearer ([^\s]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer) return bearer;
  return new Bun.CookieMap(request.headers.get('cookie') ?? '').get('token');
}

function callerFrom(request: Request, peer: string, deps: GuardDeps): Omit<Caller, 'identity'> {
  const forwardedFor = request.headers.get('x-forwarded-for');
  const forwarded =
    forwardedFor !== null || [...request.headers.keys()].some((name) => /^(forwarded|x-forwarded-.*)$/.test(name));
  const client = deps.trustProxy && forwardedFor ? (forwardedFor.split(',').at(-1)?.trim() ?? peer) : peer;
  const tls =
    request.url.startsWith('https:') || (deps.trustProxy && request.headers.get('x-forwarded-proto') === 'https');
  return {
    address: plainAddress(client),
    loopback: !forwarded && isLoopback(peer),
    secure: deps.secureCookies === 'always' || (deps.secureCookies === 'auto' && tls),
    userAgent: request.headers.get('user-agent')?.slice(0, 200) ?? null,
  };
}

/**
 * Runs before routing, parsing and validation of anything: who is it, may they knock here at all. Throws AppError.
 * On success the request has a Caller. Page paths (no API family) pass without a login.
 */
export function createGuard(deps: GuardDeps) {
  return async function guard(request: Request, peer: string | null): Promise<void> {
    const url = new URL(request.url);
    const family = familyOf(url.pathname);
    if (isOwnerRequest(request)) {
      setCaller(request, { ...unauthenticated, identity: { kind: 'owner' }, loopback: true });
      if (deps.recovery !== null) checkRecovery(request, url, family, deps.recovery);
      checkBody(request);
      return;
    }
    setCaller(request, unauthenticated);
    const host = request.headers.get('host');
    checkHost(host, deps);
    checkOrigin(request, host ?? '', deps);
    const caller = callerFrom(request, peer ?? '', deps);
    setCaller(request, { ...caller, identity: null });
    if (family === null) return;
    if (deps.recovery !== null) checkRecovery(request, url, family, deps.recovery);
    const route = `${request.method} ${url.pathname}`;
    if (!publicRoutes.has(route)) {
      const token = tokenOf(request);
      const identity = token ? await deps.authenticate(token) : null;
      if (!identity) throw unauthorized();
      setCaller(request, { ...caller, identity });
      checkRole(identity, url.pathname, family);
    }
    checkBody(request);
  };
}

function checkRecovery(request: Request, url: URL, family: Family | null, text: string): void {
  if (family === null || openInRecovery.has(`${request.method} ${url.pathname}`)) return;
  throw new AppError('unavailable', text);
}

function checkRole(identity: Identity, path: string, family: Family): void {
  if (identity.kind === 'owner' || identity.role === 'admin') return;
  if ((family === 'dynamight' || family === 'webmanager') && !ownAccount.test(path)) throw forbidden();
}
