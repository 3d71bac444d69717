import { conflictOf, GraphRefusal, type ItemStore, type StoredItem } from './onedrive-items.ts';
import { slowQuickXor } from './onedrive-quickxor.ts';

const unit = 320 * 1024;
const mostBytes = 60 * 1024 * 1024;

export interface UploadSession {
  token: string;
  place: { folder: StoredItem; name: string };
  conflict: string;
  mtime: number | null;
  expires: number;
  arrived: Uint8Array[];
  bytes: number;
  total: number | null;
  hash: ReturnType<typeof slowQuickXor>;
  /** One fragment at a time. */
  busy: boolean;
}

/** Upload sessions by the book: in order, in multiples of 320 KiB, of one total size, without a token. */
export interface UploadSessions {
  readonly open: Map<string, UploadSession>;
  /** Contents are hashed and kept; false for what is too large to keep. */
  keepContent: boolean;
  /** Milliseconds a session lives. */
  lifeMs: number;
  begin(place: UploadSession['place'], body: Record<string, unknown>): Record<string, unknown>;
  answer(token: string, request: Request): Promise<Response>;
}

export interface UploadSessionOptions {
  store: ItemStore;
  base: () => string;
  driveType: string;
  now: () => number;
  /** Changes a file the service writes its own properties into. */
  finished(item: StoredItem): void;
}

export function createUploadSessions({ store, base, driveType, now, finished }: UploadSessionOptions): UploadSessions {
  const open = new Map<string, UploadSession>();

  function find(token: string): UploadSession {
    const session = open.get(token);
    if (session && session.expires > now()) return session;
    open.delete(token);
    throw new GraphRefusal(404, 'itemNotFound', 'uploadSessionNotFound');
  }
  const state = (session: UploadSession) => ({
    expirationDateTime: new Date(session.expires).toISOString(),
    nextExpectedRanges: [`${session.bytes}-`],
  });

  function insistRange(session: UploadSession, request: Request): { start: number; length: number; total: number } {
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers.get('content-range') ?? '');
    if (!range) throw new GraphRefusal(400, 'invalidRequest');
    const [start, last, total] = [Number(range[1]), Number(range[2]), Number(range[3])];
    const length = last - start + 1;
    if (request.headers.get('content-length') === null) throw new GraphRefusal(411, 'invalidRequest');
    if (Number(request.headers.get('content-length')) !== length)
      throw new GraphRefusal(400, 'invalidRequest', 'fragmentLengthMismatch');
    if (length >= mostBytes) throw new GraphRefusal(413, 'invalidRequest', 'maxFragmentLengthExceeded');
    if (length < 1 || last >= total || (session.total !== null && session.total !== total))
      throw new GraphRefusal(400, 'invalidRequest');
    if (last + 1 !== total && length % unit !== 0) throw new GraphRefusal(400, 'invalidRequest');
    if (start !== session.bytes) throw new GraphRefusal(416, 'invalidRange', 'fragmentOverlap');
    return { start, length, total };
  }

  async function fragment(session: UploadSession, request: Request): Promise<Response> {
    const { length, total } = insistRange(session, request);
    if (session.busy) throw new GraphRefusal(409, 'conflict');
    session.busy = true;
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
        bytes += piece.byteLength;
        pieces.push(sessions.keepContent ? piece.slice() : piece.subarray(0, 0));
      }
    } finally {
      session.busy = false;
    }
    // All bytes of a fragment that was cut are ignored.
    if (bytes !== length) throw new GraphRefusal(400, 'invalidRequest', 'fragmentLengthMismatch');
    if (sessions.keepContent) {
      session.arrived.push(...pieces);
      for (const piece of pieces) session.hash.update(piece);
    }
    session.bytes += length;
    session.total = total;
    if (session.bytes < total) return Response.json(state(session), { status: 202 });
    const { item, created } = store.putFile(
      session.place,
      {
        content: session.arrived,
        bytes: total,
        hash: sessions.keepContent ? session.hash.base64() : null,
        mtime: session.mtime,
      },
      session.conflict,
    );
    open.delete(session.token);
    finished(item);
    return Response.json(store.print(item, null), { status: created ? 201 : 200 });
  }

  const sessions: UploadSessions = {
    open,
    keepContent: true,
    lifeMs: 3_600_000,
    begin(place, body) {
      const item = (body['item'] ?? {}) as Record<string, unknown>;
      const info = (item['fileSystemInfo'] ?? {}) as Record<string, unknown>;
      const size = item['fileSize'];
      if (size !== undefined && driveType !== 'personal') throw new GraphRefusal(400, 'invalidRequest');
      if (typeof size === 'number' && store.usedBytes + size > store.totalBytes)
        throw new GraphRefusal(507, 'insufficientStorage', 'quotaLimitReached');
      const conflict = conflictOf(item);
      const there = place.folder.children?.get(place.name.toLowerCase());
      if (there && (conflict === 'fail' || there.children !== null)) throw new GraphRefusal(409, 'nameAlreadyExists');
      const time = info['lastModifiedDateTime'];
      const token = crypto.randomUUID();
      const session: UploadSession = {
        token,
        place,
        conflict,
        mtime: typeof time === 'string' ? Date.parse(time) : null,
        expires: now() + sessions.lifeMs,
        arrived: [],
        bytes: 0,
        total: null,
        hash: slowQuickXor(),
        busy: false,
      };
      open.set(token, session);
      return { uploadUrl: `${base()}/up/${token}`, ...state(session) };
    },
    async answer(token, request) {
      // The address is the permission; a token beside it is refused.
      if (request.headers.has('authorization')) throw new GraphRefusal(401, 'unauthenticated');
      const session = find(token);
      if (request.method === 'PUT') return fragment(session, request);
      if (request.method === 'GET') return Response.json(state(session));
      if (request.method !== 'DELETE') throw new GraphRefusal(405, 'invalidRequest');
      open.delete(token);
      return new Response(null, { status: 204 });
    },
  };
  return sessions;
}
