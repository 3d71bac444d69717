import { parentOf } from '../../names.ts';
import { type Place, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, inTheWay, notFound, redirected } from './failure.ts';
import type { Folders } from './folders.ts';
import type { Looking } from './looking.ts';
import { isDone } from './put.ts';

export interface Transport {
  /** MOVE or COPY of a file, in the place of a file that is there; folders on the way are made. */
  rename(method: 'MOVE' | 'COPY', from: string, to: string, signal: AbortSignal): Promise<void>;
}

interface TransportPorts {
  connection: Connection;
  place: Place;
  folders: Folders;
  looking: Looking;
}

/** What servers say when the folder of the new name is not there: RFC 4918 wants 409, Go's says 403, Apache 500. */
const withoutFolder = new Set([403, 404, 409, 500]);

export function createTransport({ connection, place, folders, looking }: TransportPorts): Transport {
  const { what } = connection;
  let byPath = false;

  async function send(method: string, from: string, to: string, overwrite: 'T' | 'F', signal: AbortSignal) {
    const target = urlOf(place, to);
    const request = (destination: string) =>
      connection.request(method, urlOf(place, from), {
        headers: { destination, overwrite, ...(method === 'COPY' ? { depth: '0' } : {}) },
        signal,
      });
    const short = () => request(new URL(target).pathname);
    if (byPath) return short();
    const answer = await request(target);
    // Behind a proxy the server may know itself under another name; a path is its own under any.
    if (answer.status !== 502) return answer;
    void answer.body?.cancel().catch(() => {});
    const again = await short();
    byPath = isDone(again.status);
    return again;
  }

  return {
    async rename(method, from, to, signal) {
      // A folder in the way would be deleted with all that is in it, so nothing is overwritten before it was looked at.
      let answer = await send(method, from, to, 'F', signal);
      if (withoutFolder.has(answer.status)) {
        if ((await looking.look(from, signal)) === null) {
          void answer.body?.cancel().catch(() => {});
          throw notFound(what, from);
        }
        if (!folders.knows(parentOf(to)) || answer.status === 404 || answer.status === 409) {
          void answer.body?.cancel().catch(() => {});
          folders.forget(parentOf(to));
          await folders.ensure(parentOf(to), signal);
          answer = await send(method, from, to, 'F', signal);
        }
      }
      if (answer.status === 412) {
        void answer.body?.cancel().catch(() => {});
        // Go's server removes what is replaced before it finds out that there is nothing to put in its place.
        const [source, there] = await Promise.all([looking.look(from, signal), looking.look(to, signal)]);
        if (source === null) throw notFound(what, from);
        if (there !== null && there.kind !== 'file') throw inTheWay(what, to, 'is a folder there');
        answer = await send(method, from, to, 'T', signal);
      }
      if (isDone(answer.status)) {
        void answer.body?.cancel().catch(() => {});
        return;
      }
      if (answer.status >= 300 && answer.status <= 399) throw redirected(answer, urlOf(place, from), what);
      if (answer.status === 404) throw notFound(what, from);
      throw failureOf(answer, { what, path: to });
    },
  };
}
