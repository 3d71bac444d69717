export interface Piece {
  bytes: Buffer;
  /** The whole head, when this piece is one. */
  head: string | null;
  /** The request ends with this piece. */
  last: boolean;
}

const noBytes = Buffer.alloc(0);
const headerOf = (head: string, name: string): string | null =>
  new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(head)?.[1]?.trim() ?? null;

/** Cuts what a client sends on one connection (HTTP/1.1) into heads and pieces of bodies; nothing is changed or lost. */
export function createRequestFraming(): (chunk: Buffer) => Piece[] {
  let mode: 'head' | 'length' | 'chunk size' | 'chunk' | 'trailer' = 'head';
  let kept: Buffer = noBytes;
  /** Bytes of the body, or of the chunk with its line end, still to come. */
  let left = 0;

  /** Takes what is whole of the start of `rest`; null when more is needed. */
  function take(rest: Buffer): Piece | null {
    if (mode === 'length' || mode === 'chunk') {
      const bytes = rest.subarray(0, left);
      left -= bytes.length;
      const ended = left === 0;
      const last = ended && mode === 'length';
      if (ended) mode = mode === 'length' ? 'head' : 'chunk size';
      return { bytes, head: null, last };
    }
    if (mode === 'head') {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return null;
      const bytes = rest.subarray(0, end + 4);
      const head = bytes.toString('latin1');
      left = Number(headerOf(head, 'content-length') ?? 0);
      const chunked = /chunked/i.test(headerOf(head, 'transfer-encoding') ?? '');
      if (chunked) mode = 'chunk size';
      else if (left > 0) mode = 'length';
      return { bytes, head, last: mode === 'head' };
    }
    const end = rest.indexOf('\r\n');
    if (end === -1) return null;
    const line = rest.subarray(0, end).toString('latin1');
    let last = false;
    if (mode === 'chunk size') {
      const size = Number.parseInt(line, 16);
      left = size + 2;
      mode = size === 0 ? 'trailer' : 'chunk';
    } else if (line === '') {
      mode = 'head';
      last = true;
    }
    return { bytes: rest.subarray(0, end + 2), head: null, last };
  }

  return (chunk) => {
    const pieces: Piece[] = [];
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    while (kept.length > 0) {
      const piece = take(kept);
      if (piece === null) break;
      kept = kept.subarray(piece.bytes.length);
      pieces.push(piece);
    }
    return pieces;
  };
}
