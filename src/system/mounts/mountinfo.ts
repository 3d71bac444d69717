import { readFileSync } from 'node:fs';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). Names that are not UTF-8 hold U+FFFD. */
export interface Mount {
  id: number;
  parentId: number;
  /** `8:1`. Not an identity: changes when a drive is plugged in again. On btrfs it is not the number of any device. */
  device: string;
  /** The folder of the filesystem that is seen at the mount point; `/` unless it is a bind mount or a subvolume. */
  root: string;
  mountPoint: string;
  /** Of this mount: `ro`, `nosuid` … */
  options: string[];
  fsType: string;
  /** `/dev/sda1`, `server:/export`, `tmpfs` … */
  source: string;
  /** Of the filesystem: `ro`, `errors=remount-ro` … */
  superOptions: string[];
}

/** The kernel writes space, tab, newline and backslash as three octal digits, one escape per byte. */
function unescape(field: string): string {
  const bytes = field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function parseLine(line: string): Mount | null {
  // optional fields (`shared:1` …) stand between the options and a lone dash
  const [before = '', after] = line.split(' - ', 2);
  if (after === undefined) return null;
  const [id, parentId, device, root, mountPoint, options] = before.split(' ');
  const [fsType, source, superOptions] = after.split(' ');
  if (mountPoint === undefined || source === undefined) return null;
  return {
    id: Number(id),
    parentId: Number(parentId),
    device: device ?? '',
    root: unescape(root ?? ''),
    mountPoint: unescape(mountPoint),
    options: (options ?? '').split(','),
    fsType: unescape(fsType ?? ''),
    source: unescape(source),
    superOptions: unescape(superOptions ?? '').split(','),
  };
}

/** In the order of the file. Lines that are none are left out. */
export function parseMountinfo(text: string | Uint8Array): Mount[] {
  const bytes = Buffer.from(text as string).toString('latin1');
  return bytes.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** What this process sees mounted now. */
export const readMounts = (): Mount[] => parseMountinfo(readFileSync('/proc/self/mountinfo'));

/** Nothing can be written through this mount. */
export const isReadOnly = (mount: Mount): boolean =>
  mount.options.includes('ro') || mount.superOptions.includes('ro') || mount.superOptions.includes('emergency_ro');
