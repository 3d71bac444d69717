import { dlopen, FFIType, ptr } from 'bun:ffi';
import { afterAll } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMounts } from '../../src/system/mounts/mountinfo.ts';
import { tempDir } from './temp.ts';

/** A real filesystem made for one test, or for the tests of one file. Needs root, as a person mounting a drive does. */
export interface TestFilesystem {
  /** Where it is mounted; an ordinary empty folder after `unmount`. */
  path: string;
  /** `/dev/loop3`; the source's name where there is no device. A loop device may get another number at `mount`. */
  readonly device: string;
  uuid: string | null;
  /** Lets go as a pulled drive does: open handles keep working, the path shows what lies beneath. Safe to repeat. */
  unmount(): void;
  /** Puts it back, at `path` or elsewhere (a folder made for it). */
  mount(at?: string): void;
  /** `ro`, `rw` … */
  remount(options: string): void;
}

export interface LoopOptions {
  sizeMiB: number;
  type: 'ext4' | 'exfat' | 'btrfs';
  /** For `mount -o`. */
  options?: string;
  /** Further arguments of mkfs, such as `['-m', '0']`. */
  mkfs?: string[];
  /** Folder for the image file; a fresh one unless given. */
  imageIn?: string;
}

const made = new Set<string>();

function command(argv: string[]): string {
  const [name = '', ...rest] = argv;
  const done = spawnSync(name, rest, { encoding: 'utf8' });
  if (done.error) throw new Error(`${name} is needed by this test: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${argv.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout.trim();
}

function needsRoot(): void {
  if (process.getuid?.() !== 0) throw new Error('This test mounts filesystems: run it as root.');
}

function mountAt(path: string, argv: string[]): void {
  mkdirSync(path, { recursive: true });
  command(['mount', ...argv, '--', path]);
  made.add(path);
}

function unmountAt(path: string): void {
  if (!made.delete(path)) return;
  if (readMounts().some((mount) => mount.mountPoint === path)) command(['umount', '-l', '--', path]);
}

/** A filesystem in an image file behind a loop device: a USB stick for tests. */
export function loopfs({ sizeMiB, type, options = '', mkfs = [], imageIn }: LoopOptions): TestFilesystem {
  needsRoot();
  const dir = tempDir(type);
  const image = join(imageIn ?? dir, `${type}.img`);
  writeFileSync(image, '');
  truncateSync(image, sizeMiB * 1024 * 1024);
  const quiet = { ext4: ['-q', '-F'], exfat: [], btrfs: ['-q'] }[type];
  command([`mkfs.${type}`, ...quiet, ...mkfs, image]);

  let device = '';
  const fs: TestFilesystem = {
    path: join(dir, 'mnt'),
    get device() {
      return device;
    },
    uuid: command(['blkid', '-p', '-o', 'value', '-s', 'UUID', image]),
    unmount: () => unmountAt(fs.path),
    mount(at = fs.path) {
      fs.unmount();
      fs.path = at;
      device = command(['losetup', '--find', '--show', image]);
      try {
        // there is no exFAT in some kernels; the FUSE one behaves the same
        mountAt(at, ['-t', type === 'exfat' ? 'exfat-fuse' : type, ...(options ? ['-o', options] : []), device]);
      } finally {
        // from here on the kernel frees the device by itself when the last mount of it goes
        command(['losetup', '-d', device]);
      }
    },
    remount: (how) => void command(['mount', '-o', `remount,${how}`, '--', fs.path]),
  };
  fs.mount();
  afterAll(() => fs.unmount());
  return fs;
}

/** A filesystem in memory with a size (`4m`) and, if wanted, a number of files it can hold. */
export function tmpfs({ size, nrInodes }: { size: string; nrInodes?: number }): TestFilesystem {
  needsRoot();
  const options = [`size=${size}`, ...(nrInodes === undefined ? [] : [`nr_inodes=${nrInodes}`])].join(',');
  const fs: TestFilesystem = {
    path: join(tempDir('tmpfs'), 'mnt'),
    device: 'tmpfs',
    uuid: null,
    unmount: () => unmountAt(fs.path),
    mount(at = fs.path) {
      fs.unmount();
      fs.path = at;
      mountAt(at, ['-t', 'tmpfs', '-o', options, 'tmpfs']);
    },
    remount: (how) => void command(['mount', '-o', `remount,${how}`, '--', fs.path]),
  };
  fs.mount();
  afterAll(() => fs.unmount());
  return fs;
}

/** Shows the folder `from` at `to` as well (made if missing). Answers how to end it. */
export function bindMount(from: string, to: string, how: 'bind' | 'rbind' = 'bind'): () => void {
  needsRoot();
  if (!existsSync(from)) throw new Error(`There is no ${from} to bind`);
  mountAt(to, [`--${how}`, from]);
  afterAll(() => unmountAt(to));
  return () => unmountAt(to);
}

/** A network mount whose server is gone: whoever looks into `at` waits until it is ended. Answers how to end it. */
export function hungMount(at: string): () => void {
  needsRoot();
  const connection = openSync('/dev/fuse', 'r+'); // nobody reads it, so nothing is ever answered
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse.nas', '-o', options, 'nas:/share', at], {
    stdio: ['ignore', 'ignore', 'pipe', connection],
  });
  if (mounted.status !== 0) throw new Error(`Nothing could be mounted at ${at}: ${mounted.stderr.toString()}`);
  made.add(at);
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    closeSync(connection); // lets go of all who wait
    unmountAt(at);
  };
  afterAll(end);
  return end;
}

/** _IOR('X', 125, __u32) of linux/fs.h; xfstests calls it "godown". */
const FS_IOC_SHUTDOWN = 0x8004587dn;
const NO_LOG_FLUSH = 2;

/**
 * Power cut or pulled plug: from now on every access to the filesystem fails, and what was not flushed is lost. Only for
 * filesystems made here. To look at what survived: `unmount`, then `mount`.
 */
export function shutdownFs(path: string): void {
  if (!made.has(path)) throw new Error(`${path} was not mounted by this test`);
  const { ioctl } = dlopen('libc.so.6', {
    ioctl: { args: [FFIType.i32, FFIType.u64, FFIType.ptr], returns: FFIType.i32 },
  }).symbols;
  const fd = openSync(path, 'r');
  try {
    const flags = new Uint32Array([NO_LOG_FLUSH]);
    if (ioctl(fd, FS_IOC_SHUTDOWN, ptr(flags)) !== 0) throw new Error(`The filesystem at ${path} cannot be shut down`);
  } finally {
    closeSync(fd);
  }
}
