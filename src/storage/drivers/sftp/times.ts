import { type Attributes, type Channel, type Handle, statusOf } from './channel.ts';

const second = 1_000_000_000n;
/** SFTP has 32 bits for a time, without a sign: 1970 to 2106. */
const latest = 0xffff_ffff;

/** The nearest time SFTP can say, whole seconds. */
export function secondsOf(mtimeNs: bigint): number {
  const seconds = Number(mtimeNs >= 0n ? mtimeNs / second : 0n);
  return Math.min(seconds, latest);
}

/** How a server treats times of change; learned while writing. */
export interface Times {
  /** Finest time kept; null when the server refuses or ignores what we set. */
  precisionNs(): bigint | null;
  /** Of what a server tells of an entry; null where it keeps none of ours. */
  told(attributes: Attributes): bigint | null;
  /** Sets the time of an open file, by its path where the server knows no other way. Never fails because of a refusal. */
  set(channel: Channel, handle: Handle, path: string, mtimeNs: bigint, nowMs: number): Promise<void>;
  /** What the server shows after it was set. */
  learn(wanted: bigint, shown: Attributes): void;
}

export function createTimes(): Times {
  let precision: bigint | null = second;
  return {
    precisionNs: () => precision,
    told: ({ mtime }) => (precision === null || mtime === undefined ? null : BigInt(mtime) * second),
    async set(channel, handle, path, mtimeNs, nowMs) {
      if (precision === null) return;
      // The time of access tells our own sweep that the file is young, however old what it holds.
      const [atime, mtime] = [Math.floor(nowMs / 1_000), secondsOf(mtimeNs)];
      try {
        await channel.setTimes(handle, atime, mtime);
      } catch (error) {
        if (statusOf(error) === null) throw error;
        await channel.setTimesAt(path, atime, mtime).catch((again: unknown) => {
          if (statusOf(again) === null) throw again;
          precision = null;
        });
      }
    },
    learn(wanted, { mtime }) {
      if (precision === null) return;
      const off = mtime === undefined ? Number.POSITIVE_INFINITY : Math.abs(mtime - secondsOf(wanted));
      if (off > 1) precision = null;
      else if (off === 1) precision = 2n * second; // FAT counts in twos
    },
  };
}
