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

export const machineClockSigns: ClockSigns = {
  synchronised: () => kernelStatus().synchronised,
  hasRtc: () => existsSync('/sys/class/rtc/rtc0'),
};

/** adjtimex(2), asked and not set: needs no rights. Nothing is synchronised where the call is not to be had. */
export function kernelStatus(): { asked: boolean; synchronised: boolean } {
  try {
    const libc = dlopen('libc.so.6', { adjtimex: { args: [FFIType.ptr], returns: FFIType.i32 } });
    const timex = new Uint8Array(timexBytes); // all zero: change nothing
    const state = libc.symbols.adjtimex(ptr(timex));
    const status = new DataView(timex.buffer).getInt32(statusAt, true);
    return { asked: state >= 0, synchronised: state >= 0 && (status & STA_UNSYNC) === 0 };
  } catch {
    return { asked: false, synchronised: false };
  }
}
