const longestName = 255;

/** `2026-01-05 02.00` in the person's own time zone: colons are no letters of a name everywhere. */
export function stampOf(ms: number, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}.${part('minute')}`;
}

/** The longest beginning of at most `length` bytes that cuts no letter of UTF-8 in two. Latin1. */
function beginning(bytes: string, length: number): string {
  if (bytes.length <= length) return bytes;
  let end = length;
  while (end > 0 && (bytes.charCodeAt(end) & 0xc0) === 0x80) end -= 1;
  return bytes.slice(0, end);
}

/**
 * The nth name (from 1) for something whose own name is taken: `photo (restored 2026-01-05 02.00).jpg`, then
 * `photo (restored 2026-01-05 02.00) 2.jpg`. What is before it is cut where the whole would be too long. Latin1.
 */
export function keepBothName(name: string, stamp: string, nth: number, isFolder: boolean): string {
  const dot = isFolder ? -1 : name.lastIndexOf('.');
  // A leading dot hides a file and is no ending; neither is what is too long to be one.
  const ends = dot > 0 && name.length - dot <= 16 ? dot : name.length;
  const tail = ` (restored ${stamp})${nth > 1 ? ` ${nth}` : ''}${name.slice(ends)}`;
  return `${beginning(name.slice(0, ends), longestName - tail.length)}${tail}`;
}
