import { constants, readlinkSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../process/run.ts';
import { deviceNumber, isReadOnly, type Mount, mountIdOf, O_PATH, readMounts } from './mountinfo.ts';
import { probeSuperblock } from './probe.ts';

export interface Filesystem {
  /** The same after a reboot and at any mount point: the UUID, else `fsid:<hex>`, else `mount:<type>:<source>`. */
  id: string;
  uuid: string | null;
  /** `ext4`, `exfat` …; `fuseblk` only where the device does not tell. */
  fsType: string;
  /** `/dev/sda1`, `server:/export`, `tmpfs` … */
  source: string;
  /** `8:1`; tells two filesystems apart now, not tomorrow. */
  device: string;
  readOnly: boolean;
}

type SuperblockAnswer = Pick<Filesystem, 'id' | 'uuid' | 'fsType'>;
/** What mounted filesystems answered; to be kept for moments only: asking starts child processes where udev is missing. */
export type FilesystemAnswers = Map<string, Promise<SuperblockAnswer>>;

const commandTimeoutMs = 10_000;

/**
 * Which filesystem a path is on; links are followed, also those of /proc/…/fd. Rejects with the system's error when the
 * path is not there, and with an Error when its filesystem was unmounted under an open handle.
 */
export async function filesystemOf(path: string, answers: FilesystemAnswers = new Map()): Promise<Filesystem> {
  const handle = await open(path, O_PATH | constants.O_NONBLOCK);
  try {
    const mount = mountOfHandle(handle.fd);
    if (mount === undefined) throw new Error(`The filesystem of ${path} is not mounted any more`);
    const { source, device } = mount;
    const key = `${mount.id} ${device} ${source}`;
    const known = answers.get(key) ?? askSuperblock(mount, handle.fd);
    answers.set(key, known);
    return { ...(await known), source, device, readOnly: isReadOnly(mount) };
  } finally {
    await handle.close();
  }
}

/** What a mounted filesystem says of itself. */
export interface SuperblockSeen {
  uuid: string | null;
  fsType: string;
  readOnly: boolean;
}
export type SuperblockAnswers = Map<string, Promise<Omit<SuperblockSeen, 'readOnly'>>>;

/** Less than filesystemOf, for less: where udev runs, no child process is started. Rejects as it does. */
export async function superblockAt(path: string, answers: SuperblockAnswers = new Map()): Promise<SuperblockSeen> {
  const handle = await open(path, O_PATH | constants.O_NONBLOCK);
  try {
    const mount = mountOfHandle(handle.fd);
    if (mount === undefined) throw new Error(`The filesystem of ${path} is not mounted any more`);
    const key = `${mount.id} ${mount.device} ${mount.source}`;
    const known = answers.get(key) ?? superblockOf(mount);
    answers.set(key, known);
    return { ...(await known), readOnly: isReadOnly(mount) };
  } finally {
    await handle.close();
  }
}

/** Where the filesystem with this UUID is mounted now, as a whole; null: nowhere. */
export async function mountPointOf(uuid: string, answers?: SuperblockAnswers): Promise<string | null> {
  const wanted = uuid.toLowerCase();
  for (const mount of readMounts()) {
    if (!mount.source.startsWith('/dev/') || mount.root !== '/') continue;
    const found = await superblockAt(mount.mountPoint, answers).catch(() => null); // gone meanwhile
    if (found?.uuid?.toLowerCase() === wanted) return mount.mountPoint;
  }
  return null;
}

async function askSuperblock(mount: Mount, fd: number): Promise<SuperblockAnswer> {
  const { uuid, fsType } = await superblockOf(mount);
  return { id: uuid ?? (await idWithoutUuid(mount, fd)), uuid, fsType };
}

/** By the kernel's own word: right also below covered mounts, and on btrfs, where st_dev is in no line of mountinfo. */
function mountOfHandle(fd: number): Mount | undefined {
  const id = mountIdOf(fd);
  return readMounts().find((mount) => mount.id === id);
}

/** FUSE tells only that it has a device: what is on it (`exfat`, `ntfs`) must be read from there. */
async function superblockOf(mount: Mount): Promise<Pick<Filesystem, 'uuid' | 'fsType'>> {
  const device = await blockDeviceOf(mount);
  if (device === null) return { uuid: null, fsType: mount.fsType };
  const linked = await linkedUuid(device.number);
  const viaFuse = mount.fsType === 'fuseblk';
  if (linked !== null && !viaFuse) return { uuid: linked, fsType: mount.fsType };
  const probed = await probeSuperblock(device.path);
  return { uuid: linked ?? probed.uuid, fsType: (viaFuse ? probed.type : null) ?? mount.fsType };
}

/** The node of the device a filesystem lies on; null when it lies on none (network, memory, overlay). */
async function blockDeviceOf(mount: Mount): Promise<{ path: string; number: string } | null> {
  const anonymous = mount.device.startsWith('0:');
  const named = await blockNode(mount.source);
  // a name can be given to another device after the first one was pulled: the number tells
  if (named && (anonymous || named.number === mount.device)) return named;
  if (anonymous) return null;
  // `/dev/root` and the like: the name is no node, the number is right
  try {
    return await blockNode(join('/dev', basename(readlinkSync(`/sys/dev/block/${mount.device}`))));
  } catch {
    return null;
  }
}

async function blockNode(path: string): Promise<{ path: string; number: string } | null> {
  if (!path.startsWith('/')) return null;
  try {
    const node = await stat(path);
    return node.isBlockDevice() ? { path, number: deviceNumber(node) } : null;
  } catch {
    return null;
  }
}

const linkFolder = '/dev/disk/by-uuid';

/** As udev found it out when the device came. */
async function linkedUuid(device: string): Promise<string | null> {
  const names = await readdir(linkFolder).catch(() => []);
  for (const name of names) {
    if ((await blockNode(join(linkFolder, name)))?.number === device) return name;
  }
  return null;
}

/** NFS and most FUSE filesystems answer 0 for all of them: what is mounted tells those apart. */
async function idWithoutUuid(mount: Mount, fd: number): Promise<string> {
  const said = await runCommand(['stat', '-L', '-f', '-c', '%i', '--', `/proc/${process.pid}/fd/${fd}`], {
    timeoutMs: commandTimeoutMs,
  });
  const fsid = said.stdout.trim();
  if (said.code !== 0) throw new Error(`The filesystem at ${mount.mountPoint} does not answer: ${said.stderr.trim()}`);
  return /^0*$/.test(fsid) ? `mount:${mount.fsType}:${mount.source}` : `fsid:${fsid}`;
}
