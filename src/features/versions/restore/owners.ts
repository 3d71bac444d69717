import { readFileSync } from 'node:fs';
import type { VersionEntry } from '../manifest.ts';

/** Who shall own an entry on this machine; null: whoever restores. */
export type Owners = (
  entry: Pick<VersionEntry, 'uid' | 'gid' | 'user' | 'group'>,
) => { uid: number; gid: number } | null;

/** Name → number, of the lines of passwd(5) and group(5). */
function numbersIn(text: string): Map<string, number> {
  const rows = text.split('\n').map((line) => line.split(':'));
  return new Map(rows.filter((row) => /^\d+$/.test(row[2] ?? '')).map((row) => [row[0] ?? '', Number(row[2])]));
}

/** By name where this machine knows it, as another machine numbers its people in its own way; else by number. */
export function createOwners(passwd: string, group: string): Owners {
  const users = numbersIn(passwd);
  const groups = numbersIn(group);
  return (entry) => {
    const uid = users.get(entry.user ?? '') ?? entry.uid;
    const gid = groups.get(entry.group ?? '') ?? entry.gid;
    return uid === null || gid === null ? null : { uid, gid };
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // a machine without the file knows no names
  }
}

/** The people of this machine; nobody's files can be given away without being root. */
export const systemOwners = (): Owners =>
  process.geteuid?.() === 0 ? createOwners(textOf('/etc/passwd'), textOf('/etc/group')) : () => null;
