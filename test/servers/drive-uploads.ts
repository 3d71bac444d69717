import { createHash, type Hash } from 'node:crypto';
import { type ApiRequest, metadataOf } from './drive-api.ts';
import { type DriveFile, DriveRefusal, type DriveStore, masked, md5Of, resourceOf } from './drive-files.ts';

const unit = 256 * 1024;
const multipartMost = 5 * 1024 * 1024;

interface Session {
  id: string;
  /** Whole upload, as announced. */
  size: number;
  at: number;
  pieces: Blob[];
  hash: Hash;
  fields: string | null;
  /** Makes or replaces the file once everything is there. */
  finish(content: Blob, md5: string): DriveFile;
  done: DriveFile | null;
}

export interface UploadOptions {
  /** Of a chunk only so many bytes are kept, as happens when a server is busy; null: all. */
  keepOnly: number | null;
  /** Of so many of the next files a byte is changed on the way to the disk. */
  corruptNext: number;
}

export interface DriveUploads {
  begin(request: ApiRequest, fileId: string | undefined): Promise<Response>;
  /** A request to the address of an upload. */
  go(request: ApiRequest): Promise<Response>;
  /** Google forgets uploads after a week. */
  forgetAll(): void;
  readonly open: number;
}

/** Multipart and resumable uploads as https://developers.google.com/workspace/drive/api/guides/manage-uploads has them. */
export function createDriveUploads(store: DriveStore, options: UploadOptions): DriveUploads {
  const sessions = new Map<string, Session>();

  function targetOf(meta: Record<string, unknown>, fileId: string | undefined) {
    const { id, name, modifiedTime, parents } = meta as {
      id?: string;
      name?: string;
      modifiedTime?: string;
      parents?: string[];
    };
    if (fileId === undefined) {
      // Refused at once, not after the last byte.
      if (id !== undefined && store.files.has(id))
        throw new DriveRefusal(409, 'fileIdInUse', 'A file already exists with the provided ID.');
      store.mayWrite(store.get(parents?.[0] ?? 'root'));
      return (content: Blob, md5: string) =>
        store.make(
          { id, name, modifiedTime, mimeType: 'application/octet-stream', parent: parents?.[0] ?? null },
          content,
          md5,
        );
    }
    store.mayWrite(store.get(fileId));
    return (content: Blob, md5: string) => {
      const file = store.get(fileId);
      file.modifiedTime = modifiedTime ?? new Date().toISOString();
      store.replace(file, content, md5);
      return file;
    };
  }

  function stored(content: Blob): Blob {
    if (options.corruptNext === 0) return content;
    options.corruptNext -= 1;
    return new Blob([content.slice(0, -1), 'X']);
  }

  const told = (file: DriveFile, fields: string | null) => Response.json(masked(resourceOf(store, file), fields, true));

  async function multipart({ url, headers, body }: ApiRequest, fileId: string | undefined): Promise<Response> {
    const boundary = /^multipart\/related; *boundary="?([^";]+)"?$/.exec(headers.get('content-type') ?? '')?.[1];
    if (boundary === undefined) throw new DriveRefusal(400, 'badContent', 'Missing boundary');
    const bytes = Buffer.from(await body.arrayBuffer());
    const between = Buffer.from(`\r\n--${boundary}`);
    const parts: Buffer[] = [];
    let at = bytes.indexOf(`--${boundary}\r\n`);
    if (at !== 0) throw new DriveRefusal(400, 'badContent', 'Malformed multipart body.');
    at = boundary.length + 4;
    while (parts.length < 3) {
      const end = bytes.indexOf(between, at);
      if (end < 0) throw new DriveRefusal(400, 'badContent', 'Malformed multipart body.');
      parts.push(bytes.subarray(at, end));
      at = end + between.length;
      if (bytes.subarray(at, at + 2).toString() === '--') break;
      at += 2;
    }
    if (parts.length !== 2) throw new DriveRefusal(400, 'badContent', 'Two parts are needed.');
    const [meta = '', content = Buffer.alloc(0)] = parts.map((part) => part.subarray(part.indexOf('\r\n\r\n') + 4));
    if (content.length > multipartMost) throw new DriveRefusal(413, 'uploadTooLarge', 'Too large for one request.');
    const blob = stored(new Blob([Uint8Array.from(content)]));
    const finish = targetOf(metadataOf(meta.toString(), fileId === undefined ? 'create' : 'update'), fileId);
    return told(finish(blob, await md5Of(blob)), url.searchParams.get('fields'));
  }

  async function open({ url, headers, body }: ApiRequest, fileId: string | undefined): Promise<Response> {
    const size = Number(headers.get('x-upload-content-length') ?? Number.NaN);
    if (!Number.isInteger(size)) throw new DriveRefusal(400, 'badRequest', 'X-Upload-Content-Length is missing');
    const finish = targetOf(metadataOf(await body.text(), fileId === undefined ? 'create' : 'update'), fileId);
    if (store.quotaBytes !== null && store.usage() + size > store.quotaBytes)
      throw new DriveRefusal(403, 'storageQuotaExceeded', "The user's Drive storage quota has been exceeded.");
    const id = crypto.randomUUID();
    const fields = url.searchParams.get('fields');
    sessions.set(id, { id, size, at: 0, pieces: [], hash: createHash('md5'), fields, finish, done: null });
    const location = new URL(url);
    location.search = `?uploadType=resumable&upload_id=${id}`;
    return new Response(null, { headers: { location: location.href } });
  }

  const position = ({ at }: Session) =>
    new Response(null, { status: 308, headers: at === 0 ? {} : { range: `bytes=0-${at - 1}` } });

  return {
    get open() {
      return [...sessions.values()].filter((session) => session.done === null).length;
    },
    forgetAll: () => sessions.clear(),
    async begin(request, fileId) {
      const type = request.url.searchParams.get('uploadType');
      if (request.method !== (fileId === undefined ? 'POST' : 'PATCH'))
        throw new DriveRefusal(404, 'notFound', 'Not Found');
      if (type === 'multipart') return multipart(request, fileId);
      if (type === 'resumable') return open(request, fileId);
      throw new DriveRefusal(400, 'badRequest', 'uploadType is missing');
    },
    async go({ method, url, headers, body }) {
      const session = sessions.get(url.searchParams.get('upload_id') ?? '');
      if (!session) throw new DriveRefusal(404, 'notFound', 'No such upload');
      if (method === 'DELETE') {
        sessions.delete(session.id);
        return new Response(null, { status: 499 });
      }
      if (method !== 'PUT') throw new DriveRefusal(405, 'httpMethodNotAllowed', 'Not allowed');
      if (session.done) return told(session.done, session.fields);
      const range = headers.get('content-range') ?? '';
      if (range === `bytes */${session.size}`) {
        if (body.size > 0) throw new DriveRefusal(400, 'badRequest', 'A question has no body.');
        return position(session);
      }
      const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
      const [start, end] = [Number(first), Number(last) + 1];
      if (first === undefined || Number(total) !== session.size || end - start !== body.size || end > session.size)
        throw new DriveRefusal(400, 'badRequest', `Invalid Content-Range ${range} for ${body.size} bytes`);
      if (end < session.size && body.size % unit !== 0)
        throw new DriveRefusal(400, 'badRequest', 'Chunks must be multiples of 256 KiB');
      if (start > session.at) throw new DriveRefusal(400, 'badRequest', 'There is a gap before this chunk');
      if (start < session.at) return position(session);
      const piece = options.keepOnly === null ? body : body.slice(0, options.keepOnly);
      session.pieces.push(piece);
      session.hash.update(new Uint8Array(await piece.arrayBuffer()));
      session.at += piece.size;
      if (session.at < session.size) return position(session);
      const sent = new Blob(session.pieces);
      const kept = stored(sent);
      const file = session.finish(kept, kept === sent ? session.hash.digest('hex') : await md5Of(kept));
      session.done = file;
      return told(file, session.fields);
    },
  };
}
