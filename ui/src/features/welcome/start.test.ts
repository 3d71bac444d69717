import { describe, expect, test } from 'bun:test';
import { ApiError } from '../../api/client.ts';
import type { JobView } from '../../api/jobs.ts';
import { notBegun, type Progress, type StartDoors, start } from './start.ts';

const input = {
  body: {
    name: 'Photos',
    source_dirs: ['/home/anna/Photos'],
    destination_type: 'local' as const,
    destination_config: { mount_point: '/mnt/usb', backup_subdir: 'Backup' },
  },
  schedule: { schedule_type: 'daily' as const, hour: 2, minute: 0 },
  known: [1],
};
const silence = new ApiError(0, 'The box did not answer.');

/** A box that does what it is asked; `fails` names the doors that throw, `lost` those whose answer gets lost. */
function box(given: { fails?: Record<string, ApiError>; lost?: string[] } = {}) {
  const jobs = [
    { id: 1, name: 'Photos', source_dirs: input.body.source_dirs, schedules: [], last_run: null },
  ] as unknown as JobView[];
  const asked: string[] = [];
  const trouble = { fails: given.fails ?? {}, lost: given.lost ?? [] };
  const door = async <T>(name: string, work: () => T): Promise<T> => {
    asked.push(name);
    const failure = trouble.fails[name];
    if (failure) throw failure;
    const answer = work();
    if (trouble.lost.includes(name)) throw silence;
    return answer;
  };
  const jobOf = (id: number) => jobs.find((job) => job.id === id) as JobView;
  const doors: StartDoors = {
    listJobs: () => door('list', () => jobs),
    tryOut: () => door('try', () => null),
    create: (body) =>
      door('create', () => {
        const job = { ...body, id: jobs.length + 1, schedules: [], last_run: null } as unknown as JobView;
        jobs.push(job);
        return job;
      }),
    update: (id, body) => door('update', () => Object.assign(jobOf(id), body) as JobView),
    addSchedule: (id) => door('schedule', () => jobOf(id).schedules.push({ id: 1 } as never)),
    run: (id) =>
      door('run', () => {
        jobOf(id).last_run = { id: 7 } as never;
        return { run_id: 7 };
      }),
  };
  const heal = () => Object.assign(trouble, { fails: {}, lost: [] });
  return { doors, jobs, asked, heal, start: (before: Progress = notBegun) => start(input, before, doors) };
}

describe('starting the first backup', () => {
  test('makes it, sets its schedule, and runs it', async () => {
    const one = box();
    expect(await one.start()).toEqual({ kind: 'running', runId: 7 });
    expect(one.asked).toEqual(['try', 'create', 'schedule', 'run']);
  });

  test('by hand only makes no schedule', async () => {
    const one = box();
    await start({ ...input, schedule: null }, notBegun, one.doors);
    expect(one.asked).toEqual(['create', 'run']);
  });

  test('a time the box refuses leaves nothing behind', async () => {
    const one = box({ fails: { try: new ApiError(400, 'No such time') } });
    expect(await one.start()).toMatchObject({ kind: 'failed', at: 'schedule', progress: notBegun });
    expect(one.jobs).toHaveLength(1);
  });

  test('a backup the box refuses is not made, and can be tried again', async () => {
    const one = box({ fails: { create: new ApiError(400, "Field 'name' is wrong") } });
    expect(await one.start()).toMatchObject({ kind: 'failed', at: 'job', progress: notBegun });
  });

  test.each(['schedule', 'run'] as const)(
    'a failing %s is told with the backup that was made, and trying again makes no second one',
    async (what) => {
      const one = box({ fails: { [what]: new ApiError(503, 'Busy') } });
      const failed = await one.start();
      expect(failed).toMatchObject({ kind: 'failed', at: what, progress: { job: { id: 2, name: 'Photos' } } });
      one.heal();
      expect(await one.start((failed as { progress: Progress }).progress)).toEqual({ kind: 'running', runId: 7 });
      expect(one.jobs).toHaveLength(2);
      expect(one.jobs[1]?.schedules).toHaveLength(1);
    },
  );

  test.each(['create', 'schedule', 'run'])('an answer to %s that got lost makes nothing twice', async (what) => {
    const one = box({ lost: [what] });
    const failed = await one.start();
    expect(failed.kind).toBe('failed');
    one.heal();
    expect(await one.start((failed as { progress: Progress }).progress)).toEqual({ kind: 'running', runId: 7 });
    expect(one.jobs).toHaveLength(2);
    expect(one.jobs[1]?.schedules).toHaveLength(1);
    expect(one.asked.filter((name) => name === 'run')).toHaveLength(1);
  });

  test('an older backup of the same name is not taken for the lost one', async () => {
    const one = box({ fails: { create: silence } });
    const failed = await one.start();
    expect(failed).toMatchObject({ progress: { job: null, unsure: input.body } });
    one.heal();
    await one.start((failed as { progress: Progress }).progress);
    expect(one.jobs).toHaveLength(2);
  });

  test('what is changed while nobody knows whether it was made, is changed in what was made', async () => {
    const one = box({ lost: ['create'] });
    const failed = await one.start();
    one.heal();
    const changed = { ...input, body: { ...input.body, name: 'Holidays' } };
    await start(changed, (failed as { progress: Progress }).progress, one.doors);
    expect(one.jobs.map((job) => job.name)).toEqual(['Photos', 'Holidays']);
  });
});
