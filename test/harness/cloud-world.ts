import { startCloudBox } from './cloud-box.ts';
import {
  apacheCloud,
  cloudEnvironment,
  driveCloud,
  nextcloudCloud,
  oneDriveCloud,
  type Seen,
  s3Cloud,
  sftpCloud,
} from './clouds.ts';

/** Every kind of storage service, and one box that may use them all. Callers stop it. */
export async function startCloudWorld() {
  const [s3, sftp, apache, nextcloud, drive, oneDrive] = await Promise.all([
    s3Cloud(),
    sftpCloud(),
    apacheCloud(),
    nextcloudCloud(),
    driveCloud(),
    oneDriveCloud(),
  ]);
  const clouds = [s3, sftp, apache, nextcloud, drive, oneDrive];
  const box = await startCloudBox(cloudEnvironment(drive, oneDrive));
  return {
    s3,
    sftp,
    apache,
    nextcloud,
    drive,
    oneDrive,
    /** All of them, by name. */
    clouds: clouds.map((cloud) => [cloud.name, cloud] as const),
    box,
    async stop(): Promise<void> {
      await box.stop();
      await Promise.all(clouds.map((cloud) => cloud.stop()));
    },
  };
}

export type CloudWorld = Awaited<ReturnType<typeof startCloudWorld>>;

export const mebi = 1024 * 1024;

/** Bytes that nothing makes smaller, the same ones for the same seed. */
export function noise(bytes: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let at = seed;
  for (let n = 0; n < words.length; n += 1) {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    words[n] = at;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}

/** A file on its way, under a name of our own; what a lost connection left is cleared away days later. */
const isOnItsWay = (path: string): boolean => /(^|\/)\.dynamight-[^/]+$/.test(path);

/** What has its final name. */
export const finished = (seen: Seen): Seen => new Map([...seen].filter(([path]) => !isOnItsWay(path)));

/** What has its final name and is not what is wanted there. */
export const halfDone = (seen: Seen, wanted: Seen): string[] =>
  [...finished(seen)].filter(([path, content]) => wanted.get(path) !== content).map(([path]) => path);
