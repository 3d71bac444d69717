import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, client } from '../../../test/harness/client.ts';
import { type ListeningBox, openBox } from '../../../test/harness/listening.ts';
import { givePast } from '../../../test/harness/past.ts';

export const password = 'correct horse battery';
const dayMs = 86_400_000;

/** A box somebody lived with for a month: backups of every kind, one at work, one that needs a person. */
export interface World {
  box: ListeningBox;
  /** `token=…` of alice, who has no second factor. */
  cookie: string;
  /** Numbers of the jobs by name. */
  jobs: Record<string, number>;
  runs: { completed: number; stopped: number; running: number; withErrors: number };
}

const folders = {
  photos: { '2019': 3, '2020': 4, '2021': 5, '2022': 3, '2023': 4 },
  documents: { letters: 6, contracts: 3, school: 4 },
  taxes: { '2023': 5, '2024': 6 },
  films: { holidays: 3, series: 4 },
  music: { classical: 5, jazz: 4 },
  laptop: { desktop: 30, downloads: 40 },
  phone: { camera: 4 },
  camera: {},
} as const;

const plans = [
  { name: 'Photos', from: ['photos'], runs: 34, everyHours: 24, hoursAgo: 7, files: 1374, bytes: 5.2e9, seconds: 260 },
  {
    name: 'Letters and taxes',
    from: ['documents', 'taxes'],
    runs: 40,
    everyHours: 24,
    hoursAgo: 6.5,
    files: 41,
    bytes: 9e6,
    seconds: 9,
    warned: 12,
  },
  {
    name: 'Films',
    from: ['films'],
    runs: 9,
    everyHours: 168,
    hoursAgo: 80,
    files: 12,
    bytes: 31e9,
    seconds: 2100,
    failed: 12,
  },
  {
    name: 'Old laptop',
    from: ['laptop'],
    runs: 28,
    everyHours: 24,
    hoursAgo: 30,
    files: 210,
    bytes: 3.1e8,
    seconds: 31,
    failed: 9,
  },
  { name: 'Music', from: ['music'], runs: 12, everyHours: 168, hoursAgo: 50, files: 95, bytes: 8.4e8, seconds: 65 },
] as const;

/** Paths people have, where the caller made some; a folder of its own otherwise. */
export const places = (box: { files: string }) => ({
  home: process.env['SCREENS_HOME'] ?? box.files,
  drive: process.env['SCREENS_DRIVE'] ?? join(box.files, 'drive'),
});

export const boxEnvironment = (): Record<string, string> =>
  process.env['SCREENS_HOME'] ? { ALLOWED_BROWSE_PATHS: '/srv,/media', DYNAMIGHT_ALLOW_LOOP_DRIVES: '1' } : {};

export function makeFolders(home: string, drive: string): void {
  mkdirSync(drive, { recursive: true });
  for (const [name, parts] of Object.entries(folders)) {
    mkdirSync(join(home, name), { recursive: true });
    for (const [part, count] of Object.entries(parts)) {
      mkdirSync(join(home, name, part), { recursive: true });
      for (let n = 1; n <= count; n += 1)
        writeFileSync(join(home, name, part, `${part} ${n}.dat`), Buffer.alloc(40_000 * n, 'x'));
    }
  }
}

export const jobBody = (box: { files: string }, name: string, from: readonly string[]) => {
  const { home, drive } = places(box);
  return {
    name,
    source_dirs: from.map((source) => join(home, source)),
    destination_type: 'local',
    destination_config: {
      mount_point: drive,
      backup_subdir: name.toLowerCase().replaceAll(' ', '-'),
      auto_mount: false,
      auto_unmount: false,
    },
  };
};

export async function makeWorld(): Promise<World> {
  const box = await openBox(boxEnvironment());
  const { home, drive } = places(box);
  makeFolders(home, drive);
  const now = box.clock.now();
  box.clock.advance(-36 * dayMs);
  const early = client(box.url);
  await early.call('POST', '/api/auth/setup', { username: 'alice', password });
  const jobs: Record<string, number> = {};
  for (const { name, from } of plans) {
    const { id } = await early.call('POST', '/api/jobs', jobBody(box, name, from));
    await early.ended((await early.call('POST', `/api/jobs/${id}/run`)).run_id);
    jobs[name] = id;
  }
  box.clock.advance(now - box.clock.now());
  givePast(
    box,
    plans.map((plan) => ({ ...plan, jobId: jobs[plan.name] ?? 0, jobName: plan.name })),
  );

  const alice = client(box.url);
  await alice.call('POST', '/api/auth/login', { username: 'alice', password });
  const completed = await lastRun(alice, jobs['Photos']);
  await addSchedules(alice, jobs);
  const withErrors = sayErrors(box, jobs['Music'] ?? 0);
  const stopped = await stopAtDeletions(alice, home, jobs['Old laptop'] ?? 0);
  const camera = jobBody(box, 'Video camera', ['camera']);
  jobs['Video camera'] = (await alice.call('POST', '/api/jobs', camera)).id;
  const running = await startSlowly(alice, home, jobs['Video camera'] ?? 0);
  jobs['Phone'] = (await alice.call('POST', '/api/jobs', jobBody(box, 'Phone', ['phone']))).id;
  return { box, cookie: alice.cookie(), jobs, runs: { completed, stopped, running, withErrors } };
}

const lastRun = async (by: Client, job: number | undefined): Promise<number> =>
  (await by.call('GET', `/api/jobs/${job}`)).last_run.id;

async function addSchedules(by: Client, jobs: Record<string, number>): Promise<void> {
  const add = (name: string, body: object) => by.call('POST', `/api/jobs/${jobs[name]}/schedules`, body);
  await add('Photos', { schedule_type: 'daily', hour: 2, minute: 0 });
  await add('Letters and taxes', { schedule_type: 'daily', hour: 2, minute: 30 });
  await add('Films', { schedule_type: 'monthly', day_of_month: 1, hour: 4, minute: 0 });
  await add('Music', { schedule_type: 'weekly', day_of_week: 0, hour: 3, minute: 15 });
  await add('Old laptop', { schedule_type: 'custom', cron_expression: '0 20 * * 1-5' });
}

/** A run that copied most and could not copy the rest. */
function sayErrors(box: ListeningBox, job: number): number {
  const run = box.begin(job, { jobName: 'Music', trigger: 'scheduled', filesTotal: 2840, bytesTotal: 2.5e10 });
  run.say('Comparing files', ...Array.from({ length: 180 }, (_, n) => `music/jazz/Take ${n + 1}.flac`));
  const files = ['AC/DC: Live?.flac', 'What is this thing*.flac', 'Blue in Green <mono>.flac', 'So What | Take 2.flac'];
  for (const name of files) run.warn(`music/jazz/${name}: the destination cannot hold this name`);
  run.fail(
    ...files.map((name) => ({
      path: Buffer.from(`jazz/${name}`),
      level: 'error' as const,
      message: 'The filesystem of the destination cannot hold this name.',
    })),
  );
  run.end('failed', {
    files: 176,
    bytes: 8.1e8,
    reason: 'partial',
    errorMessage: '4 files could not be copied. All others were.',
    errorCount: 4,
    warningCount: 4,
  });
  return run.id;
}

/** Somebody emptied most of a source: the run asks before it follows. */
async function stopAtDeletions(by: Client, home: string, job: number): Promise<number> {
  const { name, source_dirs, destination_type, destination_config } = await by.call('GET', `/api/jobs/${job}`);
  const sync_options = { delete_extraneous: true };
  await by.call('PUT', `/api/jobs/${job}`, { name, source_dirs, destination_type, destination_config, sync_options });
  rmSync(join(home, 'laptop/downloads'), { recursive: true });
  return (await by.ended((await by.call('POST', `/api/jobs/${job}/run`)).run_id)).id;
}

async function startSlowly(by: Client, home: string, job: number): Promise<number> {
  for (let n = 1; n <= 9; n += 1)
    writeFileSync(join(home, 'camera', `A day at the lake ${n}.mkv`), Buffer.alloc(9000, 'x'));
  for (const [name, size] of [
    ['The long way home.mkv', 2.2e9],
    ['Summer by the sea.mkv', 1.4e9],
  ] as const) {
    const path = join(home, 'camera', name);
    writeFileSync(path, '');
    truncateSync(path, size);
  }
  const { run_id } = await by.call('POST', `/api/jobs/${job}/run`, { sync_options: { bandwidth_limit_kbps: 1500 } });
  return run_id;
}
