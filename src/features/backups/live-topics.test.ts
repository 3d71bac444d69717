import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveBox } from '../../../test/harness/live-box.ts';

const box = liveBox();
const read = async (path: string) => (await box.app.call('GET', path, { owner: true })).json;
/** A socket that follows a topic, and what was told after its snapshot. */
async function follow(topic: string) {
  const socket = await box.open('/api/ws/events');
  socket.send({ subscribe: [topic] });
  const first = await socket.hears((message) => message.topic === topic);
  return {
    ...socket,
    snapshot: first.snapshot,
    // oxlint-disable-next-line typescript/no-explicit-any -- tests look into any shape
    changes: (): any[] => socket.messages.slice(1).map(({ change }) => change),
  };
}
/** Numbers of one topic follow each other from the snapshot on. */
const expectNoGap = (messages: { seq: number }[]) =>
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, n) => (messages[0]?.seq ?? 0) + n));

describe('the topic jobs', () => {
  test('is the list of jobs, and then every change of one', async () => {
    const id = await box.job({ name: 'First' });
    const live = await follow('jobs');
    expect(live.snapshot).toEqual(await read('/api/jobs'));
    const second = await box.job({ name: 'Second', subdir: 'second' });
    expect(await live.hears(({ change }) => change?.job?.id === second)).toMatchObject({
      change: { job: await read(`/api/jobs/${second}`) },
    });
    const { name: _, ...body } = await read(`/api/jobs/${id}`);
    await box.app.call('PUT', `/api/jobs/${id}`, { owner: true, body: { ...body, name: 'Renamed' } });
    await live.hears(({ change }) => change?.job?.name === 'Renamed');
    await box.app.call('POST', `/api/jobs/${id}/clone`, { owner: true });
    await live.hears(({ change }) => change?.job?.name === 'Renamed (Copy)');
    await box.app.call('DELETE', `/api/jobs/${second}`, { owner: true });
    await live.hears(({ change }) => change?.removed === second);
    expectNoGap(live.messages);
    live.close();
  });

  test('shows the last run of a job as it begins, works and ends', async () => {
    const id = await box.job({ subdir: 'last' });
    const live = await follow('jobs');
    writeFileSync(join(box.src, 'a'), 'a');
    const run = await box.run(id);
    await live.hears(({ change }) => change?.job?.last_run?.status === 'completed');
    const seen = live.changes().map(({ job }) => job.last_run);
    expect(new Set(seen.map((last) => last.id))).toEqual(new Set([run.id]));
    expect(seen.map((last) => last.status)).toEqual(['pending', 'running', 'completed']);
    expect(live.changes().at(-1)).toEqual({ job: await read(`/api/jobs/${id}`) });
    live.close();
  });

  test('shows the run before when the last one is removed', async () => {
    const id = await box.job({ subdir: 'removed' });
    const [before, last] = [await box.run(id), await box.run(id)];
    const [jobs, runs] = [await follow('jobs'), await follow('runs')];
    expect((await box.app.call('DELETE', `/api/runs/${last.id}`, { owner: true })).status).toBe(200);
    await jobs.hears(({ change }) => change?.job?.last_run?.id === before.id);
    await runs.hears(({ change }) => change?.run?.id === before.id);
    expect(runs.changes()[0]).toEqual({ removed: [last.id] });
    jobs.close();
    runs.close();
  });
});

describe('the topic runs', () => {
  test('is what runs now and how each job ended last, and then every change of a run', async () => {
    const id = await box.job({ subdir: 'runs' });
    await box.run(id);
    const last = await box.run(id);
    const live = await follow('runs');
    const ofJob = live.snapshot.filter((run: { job_id: number }) => run.job_id === id);
    expect(ofJob).toEqual([await read(`/api/runs/${last.id}`)]);
    const next = await box.run(id);
    await live.hears(({ change }) => change?.run?.id === next.id && change.run.status === 'completed');
    expect(live.changes()[0].run).toMatchObject({ id: next.id, status: 'pending' });
    expect(live.changes().at(-1)).toEqual({ run: await read(`/api/runs/${next.id}`) });
    expectNoGap(live.messages);
    live.close();
  });

  test('loses the runs of a job that is removed', async () => {
    const id = await box.job({ subdir: 'gone' });
    const run = await box.run(id);
    const live = await follow('runs');
    await box.app.call('DELETE', `/api/jobs/${id}`, { owner: true });
    await live.hears(({ change }) => change?.removed);
    expect(live.changes()).toEqual([{ removed: [run.id] }]);
    live.close();
  });
});
