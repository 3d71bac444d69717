import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { errnoOf } from '../../../core/errors.ts';
import { StorageError } from '../../errors.ts';
import type { DriverPorts } from '../../port.ts';
import { addressProblem, hostProblem } from '../../targets.ts';

export interface Target {
  host: string;
  port: number;
}

/** The server as messages name it. */
export const named = ({ host, port }: Target): string => {
  const bare = host.includes(':') ? `[${host}]` : host;
  return port === 22 ? bare : `${bare}:${port}`;
};

async function addressesOf(target: Target): Promise<string[]> {
  try {
    return (await lookup(target.host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new StorageError(
      'unreachable',
      `No machine named ${target.host} was found. Check the host name, and whether name resolution works here.`,
      { cause: error },
    );
  }
}

/** The addresses that may be talked to; at least one, or `target_refused`. */
async function allowedAddresses(target: Target, isOurs: DriverPorts['isOurs']): Promise<string[]> {
  const problem = hostProblem(target.host);
  if (problem !== null) throw new StorageError('target_refused', `${named(target)} ${problem}.`);
  const found = await addressesOf(target);
  const problems = found.map(
    (address) =>
      addressProblem(address) ?? (isOurs?.(address, target.port) ? 'is an address of Dynamight itself' : null),
  );
  const allowed = found.filter((_, index) => problems[index] === null);
  if (allowed.length > 0) return allowed;
  throw new StorageError('target_refused', `${named(target)} ${problems[0] ?? 'has no address'}.`);
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'refused the connection. Check the port, and whether its SSH server runs.',
  EHOSTUNREACH: 'cannot be reached. Check whether it is switched on and in the same network.',
  ENETUNREACH: 'cannot be reached from this network.',
  ETIMEDOUT: 'does not answer. Check whether it is switched on, and the port.',
  ECONNRESET: 'closed the connection.',
};

/** What a socket's error means, in words about this server. */
export const socketError = (target: Target, error: unknown): StorageError =>
  new StorageError(
    'unreachable',
    `${named(target)} ${reasons[errnoOf(error) ?? ''] ?? 'cannot be reached: the connection broke.'}`,
    { cause: error },
  );

function connectOne(target: Target, address: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port: target.port, noDelay: true });
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      reject(socketError(target, error));
    });
  });
}

/** A connection to exactly the address that was checked a moment ago: a name that changes meanwhile leads nowhere. */
export async function openSocket(target: Target, isOurs: DriverPorts['isOurs'], signal: AbortSignal): Promise<Socket> {
  let failure: unknown = null;
  for (const address of await allowedAddresses(target, isOurs)) {
    signal.throwIfAborted();
    try {
      return await connectOne(target, address, signal);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}
