const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many bytes of valid UTF-8 begin at `at`; 0 when none do. */
function validLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    try {
      decoder.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // perhaps a longer sequence
    }
  }
  return 0;
}

/** The name of a file as text. Bytes that are not UTF-8 are shown as `\xHH`: such a text is for eyes, not for opening. */
export function nameText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const length = validLength(bytes, at);
      text +=
        length === 0
          ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
          : decoder.decode(bytes.subarray(at, at + length));
      at += Math.max(1, length);
    }
    return text;
  }
}
