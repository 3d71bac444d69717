import { readFileSync, readlinkSync } from 'node:fs';

/**
 * The machine's IANA zone, as Debian keeps it. Not asked of Intl: its tables alone make an idle server six megabytes
 * larger, and a server without schedules never needs them.
 */
export function localTimeZone(): string {
  try {
    const zone = /zoneinfo\/(?:posix\/)?([A-Za-z][A-Za-z0-9_+/-]*)$/.exec(readlinkSync('/etc/localtime'))?.[1];
    if (zone !== undefined) return zone;
  } catch {
    // no such link: perhaps a copy of the file, or a machine without a zone
  }
  try {
    const zone = readFileSync('/etc/timezone', 'utf8').trim();
    if (/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return zone;
  } catch {
    // nobody set one
  }
  return 'UTC';
}

/** Is this a zone schedules can be reckoned in. */
export function isTimeZone(zone: string): boolean {
  if (zone === 'UTC') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
