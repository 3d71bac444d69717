import { StorageError } from '../../errors.ts';
import type { HttpClient } from '../../net/client.ts';
import { graphError, service } from './errors.ts';
import type { Folders } from './folders.ts';
import type { Graph } from './graph.ts';
import type { Places } from './places.ts';

interface ReadPorts {
  graph: Graph;
  places: Places;
  folders: Folders;
  http: HttpClient;
}

const missing = (path: string) =>
  new StorageError('not_found', `There is no file ${JSON.stringify(path)} in ${service}.`);
const nothing = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** Where the content lies: an address of its own that carries its permission, so no token is sent there. */
async function addressOf({ graph, places, folders }: ReadPorts, path: string, signal: AbortSignal): Promise<string> {
  const { id } = await folders.root(signal);
  const answer = await graph.open(places.byPath(id, path, 'content'), { signal, headers: { accept: '*/*' } });
  void answer.body?.cancel().catch(() => {});
  const location = answer.headers.get('location') ?? '';
  if (answer.status >= 300 && answer.status < 400 && location.startsWith('https://')) return location;
  if (answer.status < 400) throw new StorageError('protocol', `${service} does not tell where the file lies.`);
  throw answer.status === 404 ? missing(path) : await graphError(answer);
}

export async function readFile(
  ports: ReadPorts,
  path: string,
  { start = 0, end }: { start?: number; end?: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  if (end !== undefined && end <= start) {
    if ((await ports.folders.find(path, signal))?.kind !== 'file') throw missing(path);
    return nothing();
  }
  const whole = start === 0 && end === undefined;
  const answer = await ports.http.request(await addressOf(ports, path, signal), {
    headers: whole ? {} : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` },
    signal,
  });
  const { status, headers, body } = answer;
  if (status === 416) return nothing(); // begins behind the end
  if (status === 200 && (whole || headers.get('content-length') === '0')) return body ?? nothing();
  if (status === 206 && !whole && headers.get('content-range')?.startsWith(`bytes ${start}-`)) return body ?? nothing();
  if (status < 400) {
    void body?.cancel().catch(() => {});
    throw new StorageError('protocol', `${service} sends another part of the file than it was asked for.`);
  }
  // The address is a ticket of minutes; that it was refused says nothing of the sign-in.
  if (status === 401 || status === 403)
    throw new StorageError('unavailable', `${service} does not hand out the file at this moment.`);
  throw status === 404 ? missing(path) : await graphError(answer);
}
