import { closeSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';

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

/** open(2): only a handle on the place, which needs no right to read it and starts nothing on a device or pipe. */
export const O_PATH = 0o10000000;

/** The kernel's number of the mount an open handle lies on. */
export const mountIdOf = (fd: number): number =>
  Number(/^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]);

/** What this process sees mounted now; there is always one at `/`. */
export function readMounts(): Mount[] {
  const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo'));
  return mounts.some((mount) => mount.mountPoint === '/') ? mounts : [unlistedRoot(), ...mounts];
}

/** Inside a plain folder taken for the root (chroot), the kernel lists what is mounted below it, but not what it lies on. */
function unlistedRoot(): Mount {
  const fd = openSync('/', O_PATH);
  try {
    const id = mountIdOf(fd);
    const device = deviceNumber({ rdev: statSync('/').dev });
    const unknown = { options: [], fsType: 'unknown', source: 'unknown', superOptions: [] };
    return { id, parentId: id, device, root: '/', mountPoint: '/', ...unknown };
  } finally {
    closeSync(fd);
  }
}

/** `8:1`, as the kernel writes a device's number. */
export const deviceNumber = ({ rdev }: Pick<Stats, 'rdev'>): string =>
  `${(rdev >>> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >>> 12) & 0xfff00)}`;

/** Nothing can be written through this mount. */
export const isReadOnly = (mount: Mount): boolean =>
  mount.options.includes('ro') || mount.superOptions.includes('ro') || mount.superOptions.includes('emergency_ro');
