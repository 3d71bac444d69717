import { createSemaphore } from '../../src/lib/semaphore.ts';
import { startCloudBox } from './cloud-box.ts';
import {
  apacheCloud,
  type Cloud,
  cloudEnvironment,
  driveCloud,
  nextcloudCloud,
  oneDriveCloud,
  type Seen,
  s3Cloud,
  sftpCloud,
} from './clouds.ts';

/** Most of a test's time is waiting: for a limit, for silence, for the next try. */
const testsAtOnce = 3;

/**
 * For tests that run side by side: one service has one test at a time, so that its network and its room are that test's
 * alone, and the machine is not asked for more than it can do.
 */
function createTurns(all: readonly Cloud[]) {
  const places = createSemaphore(testsAtOnce);
  const turns = new Map(all.map((cloud) => [cloud, createSemaphore(1)] as const));
  return (clouds: readonly Cloud[], work: () => Promise<void>) => async (): Promise<void> => {
    // In one order, so that two tests never wait for each other.
    const wanted = all.filter((cloud) => clouds.includes(cloud));
    const take = ([next, ...others]: readonly Cloud[]): Promise<unknown> =>
      next ? (turns.get(next) as ReturnType<typeof createSemaphore>).run(() => take(others)) : places.run(work);
    await take(wanted);
  };
}

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
    /** Wraps a concurrent test that has these services to itself. */
    alone: createTurns(clouds),
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
