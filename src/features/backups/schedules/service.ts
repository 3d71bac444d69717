import { isTimeZone } from '../../../config/time-zone.ts';
import { type Clock, toIso, toIsoOrNull } from '../../../core/clock.ts';
import { invalid, notFound } from '../../../core/errors.ts';
import type { Events } from '../../../core/events.ts';
import type { Ids } from '../../../core/ids.ts';
import type { BackupsEvents } from '../events.ts';
import type { ScheduleRow } from '../jobs.store.ts';
import type { ScheduleBody, SchedulePreview, ScheduleView } from './schema.ts';
import type { Times } from './slots.ts';
import type { ScheduleStore } from './store.ts';

export interface SchedulesDeps {
  store: ScheduleStore;
  events: Events<BackupsEvents>;
  clock: Clock;
  ids: Ids;
  /** IANA zone of schedules that name none. */
  timeZone: string;
}

export interface SchedulesService {
  list(jobId: number): Promise<ScheduleView[]>;
  /** Of all jobs, those that will run by themselves; the soonest first. */
  upcoming(limit: number, offset: number): Promise<ScheduleView[]>;
  create(jobId: number, body: ScheduleBody): Promise<ScheduleView>;
  /** Replaces everything but the number and the time it was made. */
  update(id: number, body: ScheduleBody): Promise<ScheduleView>;
  remove(id: number): void;
  preview(body: ScheduleBody): Promise<SchedulePreview>;
}

const previewed = 3;

/** The members of a time that each type takes, all of them and no other. */
const membersOf = {
  daily: ['hour', 'minute'],
  weekly: ['hour', 'minute', 'day_of_week'],
  monthly: ['hour', 'minute', 'day_of_month'],
  custom: ['cron_expression'],
} as const;
const members = ['hour', 'minute', 'day_of_week', 'day_of_month', 'cron_expression'] as const;

/** A server without schedules never loads what reckons with them. */
const reckoning = () => import('./slots.ts');

export function createSchedulesService({ store, events, clock, ids, timeZone }: SchedulesDeps): SchedulesService {
  const check = async (body: ScheduleBody): Promise<Times> => {
    const type = body.schedule_type;
    const wanted: readonly string[] = membersOf[type];
    for (const member of members) {
      const given = (body[member] ?? null) !== null;
      if (given && !wanted.includes(member)) throw invalid(`Field '${member}' does not belong to a ${type} schedule`);
      if (!given && wanted.includes(member)) throw invalid(`Field '${member}' is required for a ${type} schedule`);
    }
    const { cronProblem, isUtc } = await reckoning();
    const timezone = body.timezone ?? timeZone;
    // Intl takes `+01:00` too, but no zone has that name.
    if (!isUtc(timezone) && !(/^[A-Za-z]/.test(timezone) && isTimeZone(timezone)))
      throw invalid("Field 'timezone' must be an IANA time zone such as Europe/Berlin");
    const cronExpression = body.cron_expression?.trim().replace(/\s+/g, ' ') ?? null;
    const problem = cronExpression !== null && cronProblem(cronExpression, timezone, clock.now());
    if (problem) throw invalid(`Field 'cron_expression' ${problem}`);
    return {
      scheduleType: type,
      hour: body.hour ?? null,
      minute: body.minute ?? null,
      dayOfWeek: body.day_of_week ?? null,
      dayOfMonth: body.day_of_month ?? null,
      cronExpression,
      timezone,
    };
  };

  /** The next slot that is not used up: after the clock went back some of those to come are. */
  const nextRun = async (row: ScheduleRow): Promise<number | null> => {
    const { nextSlots } = await reckoning();
    let next = nextSlots(row, clock.now(), 1)[0];
    while (next !== undefined && store.isUsed({ scheduleId: row.id, slot: next })) next = nextSlots(row, next, 1)[0];
    return next ?? null;
  };
  const view = async (row: ScheduleRow, jobEnabled: boolean): Promise<ScheduleView> => ({
    id: row.id,
    job_id: row.jobId,
    enabled: row.enabled,
    schedule_type: row.scheduleType,
    hour: row.hour,
    minute: row.minute,
    day_of_week: row.dayOfWeek,
    day_of_month: row.dayOfMonth,
    cron_expression: row.cronExpression,
    next_run: toIsoOrNull(row.enabled && jobEnabled ? await nextRun(row) : null),
    created_at: toIso(row.createdAt),
    uuid: row.uuid,
    timezone: row.timezone,
  });
  const existingJob = (id: number) => {
    const job = store.job(id);
    if (!job) throw notFound('Job');
    return job;
  };
  const told = (row: ScheduleRow): Promise<ScheduleView> => {
    events.emit('job.changed', { jobId: row.jobId });
    return view(row, existingJob(row.jobId).enabled);
  };

  return {
    async list(jobId) {
      const { enabled } = existingJob(jobId);
      return await Promise.all(store.ofJob(jobId).map((row) => view(row, enabled)));
    },
    async upcoming(limit, offset) {
      const views = await Promise.all(store.active().map((row) => view(row, true)));
      return views
        .filter((one) => one.next_run !== null)
        .sort((a, b) => Date.parse(a.next_run ?? '') - Date.parse(b.next_run ?? ''))
        .slice(offset, offset + limit);
    },
    async create(jobId, body) {
      existingJob(jobId);
      const times = await check(body);
      existingJob(jobId); // it may have gone meanwhile
      const now = clock.now();
      const enabled = body.enabled ?? true;
      return await told(store.insert({ uuid: ids.uuid(), jobId, ...times, enabled, createdAt: now, activeSince: now }));
    },
    async update(id, body) {
      if (!store.get(id)) throw notFound('Schedule');
      const times = await check(body);
      const before = store.get(id);
      if (!before) throw notFound('Schedule');
      const enabled = body.enabled ?? true;
      const begins = (enabled && !before.enabled) || !sameTimes(times, before);
      const activeSince = begins ? clock.now() : before.activeSince;
      const after = store.update(id, { ...times, enabled, activeSince });
      if (!after) throw notFound('Schedule');
      return await told(after);
    },
    remove(id) {
      const gone = store.remove(id);
      if (!gone) throw notFound('Schedule');
      events.emit('job.changed', { jobId: gone.jobId });
    },
    async preview(body) {
      const times = await check(body);
      const { nextSlots } = await reckoning();
      return { timezone: times.timezone, next_runs: nextSlots(times, clock.now(), previewed).map(toIso) };
    },
  };
}

const sameTimes = (a: Times, b: Times): boolean =>
  (Object.keys(a) as (keyof Times)[]).every((member) => a[member] === b[member]);
