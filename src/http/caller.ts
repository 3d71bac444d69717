import { Elysia } from 'elysia';

/** A signed-in person, in one session. */
export interface SessionIdentity {
  kind: 'user';
  userId: number;
  username: string;
  role: 'admin' | 'user';
  sessionId: number;
}

/** Whoever can open the data folder's socket owns the box and needs no login. */
export interface OwnerIdentity {
  kind: 'owner';
}

export type Identity = SessionIdentity | OwnerIdentity;

/** Who asks, and from where; known before a route is looked at. */
export interface Caller {
  /** null on public routes without a login. */
  identity: Identity | null;
  /** Peer address, or the client's as told by a trusted proxy. */
  address: string;
  /** True only for a loopback peer without any forwarding header. */
  loopback: boolean;
  /** The request came by TLS (here, or at a trusted proxy). */
  secure: boolean;
  userAgent: string | null;
}

const callers = new WeakMap<Request, Caller>();

export const setCaller = (request: Request, caller: Caller): void => void callers.set(request, caller);

export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('A route ran without the guard');
  return caller;
}

/** Gives the routes that `.use()` it a `caller`. */
export const withCaller = new Elysia({ name: 'caller' }).derive({ as: 'scoped' }, ({ request }) => ({
  caller: callerOf(request),
}));

const ownerRequests = new WeakSet<Request>();

/** Marks a request as coming from the data folder's socket, or from the command that owns the folder. */
export function asOwner(request: Request): Request {
  ownerRequests.add(request);
  return request;
}

export const isOwnerRequest = (request: Request): boolean => ownerRequests.has(request);

const peers = new WeakMap<Request, string>();

/** Tells the guard the peer address of a request that did not come through a listening TCP port (tests, proxies of ours). */
export function withPeer(request: Request, address: string): Request {
  peers.set(request, address);
  return request;
}

export const peerOf = (request: Request): string | undefined => peers.get(request);
