import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../test/harness/clock.ts';
import { createProgress } from './progress.ts';

const MB = 1_000_000;

function meter() {
  const clock = fakeClock();
  let moves = 0;
  const progress = createProgress(clock, () => void (moves += 1));
  /** `bytesPerSecond` for so many seconds, told ten times a second. */
  const flow = (seconds: number, bytesPerSecond: number) => {
    for (let step = 0; step < seconds * 10; step += 1) {
      clock.advance(100);
      progress.set({ bytes: progress.read().bytes + bytesPerSecond / 10 });
    }
  };
  return { clock, moves: () => moves, progress, flow };
}

describe('progress', () => {
  test('begins with nothing known', () => {
    expect(meter().progress.read()).toEqual({
      files: 0,
      bytes: 0,
      files_total: null,
      bytes_total: null,
      rate_bytes_per_second: null,
      eta_seconds: null,
      current: null,
    });
  });

  test('tells rate and time left once it has watched for half a second', () => {
    const { clock, progress } = meter();
    progress.setTotals({ files: 10, bytes: 50 * MB });
    clock.advance(400);
    progress.set({ bytes: MB });
    expect(progress.read()).toMatchObject({ rate_bytes_per_second: null, eta_seconds: null });
    clock.advance(600);
    progress.set({ bytes: 10 * MB, files: 2 });
    expect(progress.read()).toEqual({
      files: 2,
      bytes: 10 * MB,
      files_total: 10,
      bytes_total: 50 * MB,
      rate_bytes_per_second: 10 * MB,
      eta_seconds: 4,
      current: null,
    });
  });

  test('has no time left to tell without a total or without a rate', () => {
    const { progress, flow } = meter();
    flow(5, MB);
    expect(progress.read()).toMatchObject({ rate_bytes_per_second: MB, eta_seconds: null });
    const idle = meter();
    idle.progress.setTotals({ files: 1, bytes: MB });
    idle.flow(5, 0);
    expect(idle.progress.read()).toMatchObject({ rate_bytes_per_second: 0, eta_seconds: null });
  });

  test('without a total, goes by how long it usually takes, and is silent when that has passed', () => {
    const { clock, progress, flow } = meter();
    progress.expect(10_000);
    flow(4, MB);
    expect(progress.read()).toMatchObject({ bytes_total: null, eta_seconds: 6 });
    clock.advance(6000);
    expect(progress.read().eta_seconds).toBeNull();
  });

  test('goes by a total rather than by how long it usually takes', () => {
    const { progress, flow } = meter();
    progress.expect(3_600_000);
    progress.setTotals({ files: 1, bytes: 10 * MB });
    flow(5, MB);
    expect(progress.read().eta_seconds).toBe(5);
  });

  test('smooths the rate over about ten seconds: one hiccup does not make the time left jump', () => {
    const { progress, flow } = meter();
    progress.setTotals({ files: 1, bytes: 1000 * MB });
    flow(20, 10 * MB);
    flow(1, 0);
    const after = progress.read().rate_bytes_per_second ?? 0;
    expect(after).toBeGreaterThan(8.5 * MB);
    expect(after).toBeLessThan(10 * MB);
    flow(40, 2 * MB);
    expect(progress.read().rate_bytes_per_second).toBeLessThan(2.5 * MB);
  });

  test('tells a falling rate while nothing moves', () => {
    const { clock, progress, flow } = meter();
    flow(20, 10 * MB);
    clock.advance(10_000);
    expect(progress.read().rate_bytes_per_second).toBeLessThan(5.5 * MB);
  });

  test('does not count the time before the moving begins', () => {
    const { clock, progress, flow } = meter();
    clock.advance(60_000);
    progress.start();
    flow(2, MB);
    expect(progress.read().rate_bytes_per_second).toBe(MB);
  });

  test('says what it is at, in words made only when somebody asks', () => {
    const { progress } = meter();
    let made = 0;
    progress.setCurrent(() => `photos/${(made += 1)}`);
    progress.set({ bytes: MB });
    expect(made).toBe(0);
    expect(progress.read().current).toBe('photos/1');
    progress.setCurrent(null);
    expect(progress.read().current).toBeNull();
  });

  test('comes to nothing left when everything is there, and never below', () => {
    const { progress, flow } = meter();
    progress.setTotals({ files: 1, bytes: 5 * MB });
    flow(5, MB);
    expect(progress.read().eta_seconds).toBe(0);
    flow(2, MB); // the source grew meanwhile
    expect(progress.read().eta_seconds).toBe(0);
  });

  test('keeps what is not set', () => {
    const { progress } = meter();
    progress.set({ files: 3, bytes: 7 });
    progress.set({ bytes: 9 });
    expect(progress.read()).toMatchObject({ files: 3, bytes: 9 });
    progress.set({ files: 4 });
    expect(progress.read()).toMatchObject({ files: 4, bytes: 9 });
  });

  test('tells of every move', () => {
    const { moves, progress } = meter();
    progress.set({ files: 1 });
    progress.set({ bytes: 5 });
    expect(moves()).toBe(2);
    progress.read();
    expect(moves()).toBe(2);
  });

  test('does not care what the wall clock does', () => {
    const { clock, progress, flow } = meter();
    flow(5, MB);
    clock.setWall(0);
    flow(6, MB);
    expect(progress.read().rate_bytes_per_second).toBe(MB);
  });
});
