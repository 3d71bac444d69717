import { dlopen, FFIType, ptr } from 'bun:ffi';
import { existsSync } from 'node:fs';

/** `struct timex` of 64-bit Linux has 208 bytes, `status` at 40; the same on x86-64 and ARM64. */
const timexBytes = 208;
const statusAt = 40;
const STA_UNSYNC = 0x40;

/** What the machine itself knows of its clock. */
export interface ClockSigns {
  /** The kernel says that something (NTP, GPS …) keeps the clock right. */
  synchronised(): boolean;
  /** A clock that runs on while the machine is off. */
  hasRtc(): boolean;
}

/** What adjtimex(2) says, asked and not set: needs no rights. null where the call is not to be had. */
export function kernelStatus(adjtimex: Adjtimex): { synchronised: boolean } | null {
  const timex = new Uint8Array(timexBytes); // all zero: change nothing
  if (adjtimex(ptr(timex)) < 0) return null;
  const status = new DataView(timex.buffer).getInt32(statusAt, true);
  return { synchronised: (status & STA_UNSYNC) === 0 };
}

type Adjtimex = (timex: ReturnType<typeof ptr>) => number;
export const openAdjtimex = (): Adjtimex =>
  dlopen('libc.so.6', { adjtimex: { args: [FFIType.ptr], returns: FFIType.i32 } }).symbols.adjtimex;

/** Opens the C library at the first question, once: a clock that nothing keeps right is asked about for ever. */
export function machineClockSigns(): ClockSigns {
  let adjtimex: Adjtimex | null = null;
  return {
    synchronised() {
      try {
        adjtimex ??= openAdjtimex();
        return kernelStatus(adjtimex)?.synchronised ?? false;
      } catch {
        return false; // no such library, no such call
      }
    },
    hasRtc: () => existsSync('/sys/class/rtc/rtc0'),
  };
}
