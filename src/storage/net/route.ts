import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { isLoopback } from '../../lib/net.ts';
import { orAborted } from '../content.ts';
import { StorageError } from '../errors.ts';
import { addressProblem, hostProblem } from '../targets.ts';

interface RouteOptions {
  what: string;
  isOurs?(address: string, port: number): boolean;
  /** A connection that is not there after this time will not come. */
  connectMs: number;
}

/** The way to a server: which of its addresses is taken, checked before anything is sent there. */
export interface Routes {
  /** An address that was checked and lately answered. The same one until it fails or the name is looked up again. */
  find(url: URL, signal: AbortSignal): Promise<string>;
  /** The connection failed: the next `find` looks again. */
  forget(url: URL): void;
}

interface Route {
  addresses: string[];
  address: string;
  foundAt: number;
  /** It was no address of ours then. */
  checkedAt: number;
}

/** Names are looked up again after this time: a server may move while a run lasts for days. */
const freshMs = 60_000;
/** Thousands of small requests a second need not all ask whether their server is us. */
const recheckMs = 250;
/** Head start of an address over the next one (RFC 8305 §5). */
const headStartMs = 250;

export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
const keyOf = (url: URL): string => `${url.protocol}//${url.host}`;
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const routeTo = (addresses: string[], address: string): Route => {
  const now = Date.now();
  return { addresses, address, foundAt: now, checkedAt: now };
};

const refused = (what: string, problem: string) =>
  new StorageError('target_refused', `${what} is not contacted: its address ${problem}.`);

/** Resolves when a connection stands; it is ended at once. Rejects with what the system said, or ETIMEDOUT. */
function knock(address: string, port: number, connectMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const late = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error('No connection in time'), { code: 'ETIMEDOUT' }));
    }, connectMs);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.destroy();
      resolve(address);
    });
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
  });
}

/** The first address that takes a connection, asked one after the other, each with a head start over the next. */
async function firstToAnswer(addresses: string[], port: number, connectMs: number): Promise<string> {
  let found = false;
  const tries = addresses.map(async (address, index) => {
    if (index > 0) await Bun.sleep(Math.min(index * headStartMs, connectMs));
    return found ? address : knock(address, port, connectMs);
  });
  try {
    const first = await Promise.any(tries);
    found = true;
    return first;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/**
 * fetch() can neither be told where to connect nor does it give up a connection that does not come. So the name is
 * resolved here, every address it has is checked, and requests go to the address itself: between check and connection
 * there is nothing that could answer differently.
 */
export function createRoutes({ what, isOurs, connectMs }: RouteOptions): Routes {
  const known = new Map<string, Route>();
  const searching = new Map<string, Promise<Route>>();

  function checkOurs(address: string, port: number): void {
    if (isOurs?.(address, port)) throw refused(what, 'is one this very program listens on');
  }

  function check(address: string, port: number): void {
    const problem = addressProblem(address);
    if (problem !== null) throw refused(what, problem);
    checkOurs(address, port);
  }

  async function search(url: URL, before: Route | undefined): Promise<Route> {
    const host = bareHost(url);
    const port = portOf(url);
    const told = isIP(host) === 0 ? (await lookup(host, { all: true })).map((found) => found.address) : [host];
    // A machine on the LAN may have a link-local address beside its usual one: that one is not taken.
    const allowed = told.filter((address) => addressProblem(address) === null);
    const addresses = allowed.length > 0 ? allowed : told;
    for (const address of addresses) check(address, port);
    const [only = ''] = addresses;
    if (before && addresses.includes(before.address)) return routeTo(addresses, before.address);
    // A loopback connection is there or refused at once: nothing to find out.
    const certain = addresses.length === 1 && isLoopback(only);
    const address = certain ? only : await firstToAnswer(addresses, port, connectMs);
    return routeTo(addresses, address);
  }

  return {
    async find(url, signal) {
      const key = keyOf(url);
      const route = known.get(key);
      const now = Date.now();
      if (route && now - route.foundAt < freshMs) {
        if (now - route.checkedAt > recheckMs) {
          checkOurs(route.address, portOf(url)); // we may have begun to listen meanwhile
          route.checkedAt = now;
        }
        return route.address;
      }
      const problem = hostProblem(bareHost(url));
      if (problem !== null) throw refused(what, problem);
      let pending = searching.get(key);
      if (!pending) {
        pending = search(url, route).finally(() => searching.delete(key));
        searching.set(key, pending);
        pending.then((found) => known.set(key, found)).catch(() => known.delete(key));
      }
      return (await orAborted(pending, signal)).address;
    },
    forget(url) {
      known.delete(keyOf(url));
    },
  };
}
