import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { parentOf, pathBelow } from '../../names.ts';
import { urlOf } from './address.ts';
import { inTheWay } from './failure.ts';
import { newPartName } from './own-names.ts';
import { lookFromBytes, type PutPorts, putInFolder, requireSize, takenBy } from './put.ts';
import type { Transport } from './transport.ts';

interface ReplacePorts extends PutPorts {
  transport: Transport;
  now(): number;
  /** Who takes a name now: servers refuse two moves to one name at the same time. */
  turns: Map<string, Promise<unknown>>;
  /** Runs after the call has ended; waited for when the driver is closed. */
  later(work: () => Promise<unknown>): void;
}

async function inTurn<T>(turns: ReplacePorts['turns'], path: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(work);
  turns.set(path, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(path) === mine) turns.delete(path);
  }
}

/**
 * For servers of which nothing is known: the file is sent under a name of our own in the same folder, compared, and moved
 * to its name. A connection that breaks meanwhile leaves the old file. What happens between old and new in the moment of
 * the move is the server's: RFC 4918 §9.9.3 lets it remove the old file first.
 */
export async function putAside(
  ports: ReplacePorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { connection, place, transport } = ports;
  const { signal } = options;
  const part = pathBelow(parentOf(path), newPartName(ports.now()));
  const removePart = () =>
    ports.later(() => connection.request('DELETE', urlOf(place, part), { signal: AbortSignal.timeout(10_000) }));
  try {
    await putInFolder(ports, part, { url: urlOf(place, part), content, signal, ...takenBy(options) });
    if (content.size >= lookFromBytes) await requireSize(ports, part, content, signal);
    await inTurn(ports.turns, path, () => transport.rename('MOVE', part, path, signal));
  } catch (error) {
    if (signal.aborted || !(await arrived(ports, part, path, content, error, signal))) {
      removePart();
      throw await better(ports, path, error, signal);
    }
  }
  if (content.size > 0) options.onProgress?.(content.size);
  return {
    size: content.size,
    mtimeNs: null,
    hash: null,
    tag: null,
    id: null,
    verified: content.size >= lookFromBytes,
  };
}

/** The answer to the move may be lost although it was done: then our file is gone, and its like has the name. */
async function arrived(
  { looking }: ReplacePorts,
  part: string,
  path: string,
  content: Content,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof StorageError) || !['unreachable', 'timeout', 'unavailable', 'not_found'].includes(error.code))
    return false;
  try {
    if ((await looking.look(part, signal)) !== null) return false;
    const found = await looking.look(path, signal);
    return error.code !== 'not_found' && found?.kind === 'file' && found.size === content.size;
  } catch {
    return false;
  }
}

async function better({ looking, connection }: ReplacePorts, path: string, error: unknown, signal: AbortSignal) {
  if (!(error instanceof StorageError) || error.code !== 'name' || signal.aborted) return error;
  const found = await looking.look(path, signal).catch(() => null);
  return found?.kind === 'folder' ? inTheWay(connection.what, path, 'is a folder there') : error;
}
