/** Names travel as latin1 strings, one character per byte: names at a source need not be UTF-8. */

export const pathBytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

/** For people: UTF-8 where it is, `\xHH` for other bytes, control characters visible. */
export function displayName(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!text.includes('\ufffd')) return visible(text);
  let shown = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      shown += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
    } else {
      shown += visible(new TextDecoder().decode(bytes.subarray(at, at + length)));
      at += length;
    }
  }
  return shown;
}

const visible = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Bytes of the valid UTF-8 sequence that begins at `at`; 0 when none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  for (const length of [1, 2, 3, 4]) {
    if (at + length > bytes.length) return 0;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // a longer one may begin here
    }
  }
  return 0;
}
