import { Elysia } from 'elysia';
import { createLog } from '../../src/core/log.ts';
import { asOwner, callerOf, type Identity, withPeer } from '../../src/http/caller.ts';
import { createHttp, type HttpDeps } from '../../src/http/http.ts';

const person = (userId: number, role: 'admin' | 'user'): Identity => ({
  kind: 'user',
  userId,
  username: `${role}${userId}`,
  role,
  sessionId: userId,
});

/** Tokens that open something at `bareHttp`. */
const identities: Record<string, Identity> = { admin: person(1, 'admin'), user: person(2, 'user') };

export interface AskOptions {
  headers?: Record<string, string>;
  /** null leaves it out. */
  host?: string | null;
  body?: BodyInit;
  peer?: string;
  owner?: boolean;
}

/**
 * The HTTP root alone, with the routes of one test and two accounts (`Cookie: token=admin`, `token=user`).
 * `GET /api/caller`, and the same under every other prefix, answers who asked.
 */
export function bareHttp(routes: (app: Elysia) => unknown = () => {}, deps: Partial<HttpDeps> = {}) {
  const logged: string[] = [];
  const rooms = new Elysia();
  for (const prefix of ['/api', '/api/v1.0', '/api/v1', '/api/nodes', '/api/browse', '/api/auth', '/auth', ''])
    rooms.get(`${prefix}/caller`, ({ request }) => {
      const { identity, address, loopback, secure, userAgent } = callerOf(request);
      return { identity, address, loopback, secure, userAgent };
    });
  routes(rooms);
  const http = createHttp({
    log: createLog(
      'debug',
      (line) => logged.push(line),
      () => 0,
    ),
    authenticate: async (token) => identities[token] ?? null,
    verifySocketToken: async (token) => (token === 'ticket' ? (identities['admin'] ?? null) : null),
    allowedHosts: ['localhost', 'Nas', 'nas.local'],
    publicUrl: null,
    trustProxy: false,
    secureCookies: 'auto',
    recovery: null,
    ...deps,
  }).use(rooms);

  const ask = async (method: string, path: string, options: AskOptions = {}) => {
    const headers = new Headers(options.headers);
    const host = options.host === undefined ? 'localhost' : options.host;
    if (host !== null) headers.set('host', host);
    const request = withPeer(
      new Request(`http://localhost${path}`, { method, headers, body: options.body }),
      options.peer ?? '192.168.1.50',
    );
    const response = await http.handle(options.owner ? asOwner(request) : request);
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  };
  return { http, ask, logged };
}

export const admin = { cookie: 'token=admin' };
export const json = { ...admin, 'content-type': 'application/json' };
