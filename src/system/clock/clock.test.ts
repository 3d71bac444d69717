import { type Pointer, toArrayBuffer } from 'bun:ffi';
import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { fakeClock } from '../../../test/harness/clock.ts';
import { kernelStatus, machineClockSigns, openAdjtimex } from './synchronised.ts';
import { createClockTrust, eraMs, waitMs } from './trust.ts';

const today = Date.UTC(2026, 6, 1);

describe('the clock is believed', () => {
  const rows: [name: string, signs: { ntp?: boolean; rtc?: boolean }, nowMs: number, lastMs: number, good: boolean][] =
    [
      ['when the kernel says that it is kept right', { ntp: true }, today, 0, true],
      ['even if it showed a later time before', { ntp: true }, today, today + 1, true],
      ['when it ran on while the machine was off', { rtc: true }, today, today, true],
      ['but not when it is behind a time that has been', { rtc: true }, today, today + 1, false],
      ['but not when nothing speaks for it', {}, today, 0, false],
      ['but not before there was this program', { ntp: true, rtc: true }, eraMs - 1, 0, false],
      ['but not in 1970', { rtc: true }, 60_000, 0, false],
    ];
  test.each(rows)('%s', (_, { ntp = false, rtc = false }, nowMs, lastMs, good) => {
    const trust = createClockTrust({
      clock: fakeClock(nowMs),
      signs: { synchronised: () => ntp, hasRtc: () => rtc },
      lastKnownMs: () => lastMs,
    });
    expect(trust.look()).toBe(good ? 'good' : 'waiting');
  });

  test('from the moment it is set right, and from then on', () => {
    const clock = fakeClock(0);
    let ntp = false;
    const trust = createClockTrust({
      clock,
      signs: { synchronised: () => ntp, hasRtc: () => false },
      lastKnownMs: () => 0,
    });
    clock.advance(30_000);
    expect(trust.look()).toBe('waiting');
    clock.setWall(today);
    expect(trust.look()).toBe('waiting');
    ntp = true;
    expect(trust.look()).toBe('good');
    ntp = false; // the network is gone again; the clock runs on
    expect(trust.look()).toBe('good');
  });

  test('is waited for ten minutes by the clock that cannot jump', () => {
    const clock = fakeClock(0);
    const trust = createClockTrust({
      clock,
      signs: { synchronised: () => false, hasRtc: () => false },
      lastKnownMs: () => 0,
    });
    clock.setWall(today);
    clock.advance(waitMs - 1);
    expect(trust.look()).toBe('waiting');
    clock.advance(1);
    expect(trust.look()).toBe('doubtful');
  });
});

test('this machine answers, without any rights, whether its clock is kept right', () => {
  const status = kernelStatus(openAdjtimex());
  expect(status).not.toBeNull();
  expect(machineClockSigns().synchronised()).toBe(status?.synchronised ?? false);
  expect(machineClockSigns().hasRtc()).toBe(existsSync('/sys/class/rtc/rtc0'));
  const python = Bun.which('python3');
  if (!python) return;
  // The same question asked by somebody else.
  const ended = Bun.spawnSync([python, '-c', sameQuestion]);
  expect(ended.stdout.toString().trim()).toBe(String(status?.synchronised));
});

const sameQuestion = `
import ctypes
timex = ctypes.create_string_buffer(512)
state = ctypes.CDLL('libc.so.6').adjtimex(timex)
print('true' if state >= 0 and not int.from_bytes(timex[40:44], 'little') & 0x40 else 'false')
`;

test.each([
  ['kept right', 0x2001, true],
  ['left alone', 0x40, false],
  ['stepped, and left alone', 0x2041, false],
])('a clock that is %s is read as such', (_, status, synchronised) => {
  const kernel = (timex: Pointer) => {
    new DataView(toArrayBuffer(timex, 0, 208)).setInt32(40, status, true);
    return 0;
  };
  expect(kernelStatus(kernel)).toEqual({ synchronised });
  expect(kernelStatus(() => -1)).toBeNull();
});
