/** Pieces a body is handed to the connection in: each one taken shows that the connection lives. */
const pieceBytes = 256 * 1024;

/**
 * A body to send. Larger ones go piece by piece, and `onTaken` hears of each: a part may take minutes on a slow line,
 * and only so can it be told from a dead one.
 */
export function bodyOf(
  bytes: Uint8Array<ArrayBuffer>,
  onTaken: () => void,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  if (bytes.byteLength <= pieceBytes) return bytes;
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at > 0) onTaken();
        controller.enqueue(bytes.subarray(at, at + pieceBytes));
        at += pieceBytes;
        if (at >= bytes.byteLength) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
