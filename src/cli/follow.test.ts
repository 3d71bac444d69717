import { describe, expect, test } from 'bun:test';
import type { RunView } from '../features/backups/schema.ts';
import { type Api, OwnerGoneError } from './client.ts';
import { followRun } from './follow.ts';
import type { Watch } from './watch.ts';

const running = { id: 1, status: 'running' } as RunView;
const done = { id: 1, status: 'completed' } as RunView;
const never = new Promise<never>(() => {});

/** A run that is asked for `answers` in turn, the last one again and again. */
function place(answers: (RunView | Error)[], watch: Watch) {
  let asked = 0;
  const api = {
    async get() {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Api;
  const shown: string[] = [];
  const viewer = {
    async update(run: RunView) {
      shown.push(run.status);
    },
    end: () => void shown.push('end'),
  };
  const started = performance.now();
  return followRun({ api, watch }, 1, viewer).then((run) => ({
    status: run.status,
    shown,
    asked,
    seconds: (performance.now() - started) / 1000,
  }));
}
const watching = { lost: never, isLost: () => false, close() {} };

describe('following a run', () => {
  test('shows news as it comes, and ends with it, without asking again', async () => {
    const told = await place([running], (_, tell) => {
      setTimeout(() => tell(running), 20);
      setTimeout(() => tell(done), 40);
      return watching;
    });
    expect(told).toMatchObject({ status: 'completed', asked: 1, shown: ['running', 'running', 'completed', 'end'] });
    expect(told.seconds).toBeLessThan(0.8);
  });

  test('that was over before anybody could tell asks once', async () => {
    expect(await place([done], () => watching)).toMatchObject({ status: 'completed', asked: 1 });
  });

  test('asks when somebody tells that it may have changed, and when nobody tells anything', async () => {
    const asked = await place([running, done], (_, tell) => {
      setTimeout(() => tell(null), 20);
      return watching;
    });
    expect(asked.seconds).toBeLessThan(0.8);
    expect(await place([running, running, done], () => watching)).toMatchObject({ status: 'completed', asked: 3 });
  });

  test('goes on asking when there is no more news', async () => {
    const told = await place([running, running, done], () => ({
      ...watching,
      lost: Promise.resolve(),
      isLost: () => true,
    }));
    expect(told).toMatchObject({ status: 'completed', asked: 3 });
  });

  test('waits a moment for a server that is started again, and gives up on one that is not', async () => {
    const gone = new OwnerGoneError(null);
    const lost: Watch = () => ({ ...watching, lost: Promise.resolve(), isLost: () => true });
    expect(await place([running, gone, gone, done], lost)).toMatchObject({ status: 'completed' });
    expect(await place([running, gone], lost).catch((error: unknown) => error)).toBe(gone);
  });
});
