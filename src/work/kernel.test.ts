import { afterEach, beforeEach, describe, expect, jest, test } from 'bun:test';
import { fakeClock } from '../../test/harness/clock.ts';
import { createKernel, type Work } from './kernel.ts';
import type { Progress } from './progress.ts';

type Phase = 'looking' | 'copying';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function shop(heartbeat: (id: number, at: number, progress: Progress) => void = () => {}) {
  const clock = fakeClock();
  const changes: { id: number; phase: Phase | null; files: number }[] = [];
  const errors: unknown[] = [];
  const beats: { id: number; at: number; files: number }[] = [];
  let idle = 0;
  const kernel = createKernel<Phase>({
    clock,
    port: {
      heartbeat(id, at, progress) {
        beats.push({ id, at, files: progress.files });
        heartbeat(id, at, progress);
      },
    },
    onChange: (id, { phase, progress }) => void changes.push({ id, phase, files: progress.files }),
    onError: (_, error) => void errors.push(error),
    onIdle: () => void (idle += 1),
  });
  /** Time passes for the clock and for timers, a tenth of a second at a time. */
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(100);
      jest.advanceTimersByTime(100);
    }
  };
  /** Starts work that goes on until told: `end()`, or `fail(error)`. */
  const begin = (id: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let handed: Work<Phase> | undefined;
    kernel.start(id, (work) => {
      handed = work;
      return promise;
    });
    if (!handed) throw new Error('the work was not begun');
    return { work: handed, end: resolve, fail: reject };
  };
  return { kernel, clock, changes, errors, beats, idle: () => idle, pass, begin };
}

describe('work', () => {
  test('is seen with phase and progress while it goes on, and not after', async () => {
    const { kernel, begin, idle } = shop();
    const { work, end } = begin(7);
    work.phase('copying');
    work.progress.set({ files: 3, bytes: 30 });
    expect(kernel.see(7)).toMatchObject({ phase: 'copying', progress: { files: 3, bytes: 30 } });
    expect(kernel.active()).toEqual([7]);
    end();
    await kernel.idle();
    expect([kernel.see(7), kernel.active(), idle()]).toEqual([null, [], 1]);
  });

  test('tells of changes at once, then at most four times a second, the last one always', () => {
    const { begin, changes, clock, pass } = shop();
    const { work } = begin(1);
    work.phase('looking');
    expect(changes).toEqual([{ id: 1, phase: 'looking', files: 0 }]);
    for (let files = 1; files <= 200; files += 1) {
      clock.advance(5);
      jest.advanceTimersByTime(5);
      work.progress.set({ files });
    }
    expect(changes.length).toBeLessThanOrEqual(5);
    pass(300);
    expect(changes.at(-1)).toEqual({ id: 1, phase: 'looking', files: 200 });
  });

  test('keeps its lease alive every ten seconds, also when nothing moves', () => {
    const { begin, beats, pass } = shop();
    const { work } = begin(4);
    work.progress.set({ files: 2 });
    pass(35_000);
    expect(beats.map((beat) => beat.files)).toEqual([2, 2, 2]);
  });

  test('goes on when its lease cannot be written', () => {
    const { begin, kernel, errors, pass } = shop(() => {
      throw new Error('disk full');
    });
    begin(4);
    pass(20_000);
    expect(errors).toHaveLength(2);
    expect(kernel.active()).toEqual([4]);
  });

  test('that throws is told of, and leaves nothing behind', async () => {
    const { begin, kernel, errors, beats, pass } = shop();
    begin(9).fail(new Error('oops'));
    await kernel.idle();
    expect(errors).toEqual([new Error('oops')]);
    pass(60_000);
    expect([beats, kernel.active()]).toEqual([[], []]);
  });
});

describe('cancelling', () => {
  test('hands the work its reason, once', () => {
    const { begin, kernel } = shop();
    const { work } = begin(1);
    expect([kernel.cancel(1, 'first'), kernel.cancel(1, 'second'), kernel.cancel(2, 'nobody')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(work.controller.signal.reason).toBe('first');
  });

  test('everything waits until all of it has ended', async () => {
    const { begin, kernel } = shop();
    const [one, two] = [begin(1), begin(2)];
    let stopped = false;
    const stopping = kernel.stop('over').then(() => (stopped = true));
    one.end();
    await Promise.resolve();
    expect([one.work.controller.signal.reason, two.work.controller.signal.reason, stopped]).toEqual([
      'over',
      'over',
      false,
    ]);
    two.end();
    await stopping;
    expect(kernel.active()).toEqual([]);
  });
});
