import type { Clock } from '../../../core/clock.ts';
import { toIso } from '../../../core/clock.ts';
import { AppError, isDiskFull } from '../../../core/errors.ts';
import type { Events } from '../../../core/events.ts';
import type { Log } from '../../../core/log.ts';
import type { ClockTrust } from '../../../system/clock/trust.ts';
import type { BackupsEvents } from '../events.ts';
import type { ScheduleRow } from '../jobs.store.ts';
import type { RunsService } from '../runs.service.ts';
import type { InterruptedRun } from '../runs.store.ts';
import type { ScheduleStore, Slot } from './store.ts';

export interface SchedulerDeps {
  store: ScheduleStore;
  runs: Pick<RunsService, 'start' | 'note'>;
  /** Runs that ended with the process or the machine, and are to be started again by themselves. */
  interrupted(): InterruptedRun[];
  events: Events<BackupsEvents>;
  clock: Clock;
  trust: ClockTrust;
  log: Log;
}

/**
 * Starts runs when their time has come. A slot, the time a schedule names, is used once for ever: its row and the row
 * of its run are one transaction. Of slots that were missed (box off, clock set forward) only the latest counts, however
 * old it is.
 */
interface Scheduler {
  /** Starts interrupted runs again, then looks at the time until `stop`. */
  start(): void;
  /** Nothing is started any more. */
  stop(): void;
  /** Looks at the time once, or waits for the look that is being taken. Never rejects. */
  tick(): Promise<void>;
}

interface Due extends Slot {
  jobId: number;
}

const everyMs = 15_000;
/** Just after the full minute, never just before it. */
const afterMinuteMs = 20;
/** Smaller steps of the clock are its daily life. */
const jumpMs = 60_000;
const dayMs = 86_400_000;
const keepSlotsMs = 400 * dayMs;

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { store, runs, clock, trust, log } = deps;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  let last: { wall: number; monotonic: number } | null = null;
  /** What was decided at a later time than now was looked for since the clock jumped last. */
  let timeChecked = false;
  let prunedAt = Number.NEGATIVE_INFINITY;
  let told: 'waiting' | 'doubtful' | null = null;
  let fullDiskTold = false;
  /** No schedule has a slot before: until then looking costs nothing. */
  let quietUntil = Number.NEGATIVE_INFINITY;
  deps.events.on('job.changed', () => {
    quietUntil = Number.NEGATIVE_INFINITY;
  });

  const watchForJump = () => {
    const [wall, monotonic] = [clock.now(), clock.monotonic()];
    const jump = last ? wall - last.wall - (monotonic - last.monotonic) : 0;
    last = { wall, monotonic };
    if (Math.abs(jump) < jumpMs) return;
    timeChecked = false;
    quietUntil = Number.NEGATIVE_INFINITY;
    const seconds = Math.round(Math.abs(jump) / 1000);
    log.warning(jump > 0 ? 'The clock went forward (set, or the machine slept)' : 'The clock was set back', {
      seconds,
    });
  };

  const mayDecide = (): boolean => {
    const state = trust.look();
    if (state === 'good') return true;
    if (told !== state)
      log.warning(
        state === 'waiting'
          ? 'Schedules wait until the clock of this machine is set, at most ten minutes'
          : 'The clock of this machine may be wrong: nothing has set it. Schedules go on by it all the same',
        { now: toIso(clock.now()) },
      );
    told = state;
    return state === 'doubtful';
  };

  const checkTime = () => {
    if (timeChecked) return;
    const schedules = store.beginAnew(clock.now(), jumpMs);
    timeChecked = true;
    if (schedules > 0)
      log.warning('The clock shows an earlier time than it did: these schedules begin anew now', { schedules });
  };

  const prune = () => {
    if (clock.monotonic() - prunedAt < dayMs) return;
    prunedAt = clock.monotonic();
    store.prune(clock.now() - keepSlotsMs);
  };

  /** What `reckon` answers for each schedule that can be reckoned with. */
  const each = <T>(schedules: readonly ScheduleRow[], reckon: (schedule: ScheduleRow) => T[]): T[] =>
    schedules.flatMap((schedule) => {
      try {
        return reckon(schedule);
      } catch (error) {
        log.error('The times of a schedule cannot be reckoned', { schedule: schedule.id, error });
        return [];
      }
    });

  /** One run for all that is due of one job; it belongs to the latest slot. False when it must be tried again. */
  const startRun = (jobId: number, due: readonly Due[]): boolean => {
    const slots = due.map(({ scheduleId, slot }) => ({ scheduleId, slot }));
    const lead = slots.reduce((latest, one) => (one.slot > latest.slot ? one : latest));
    const at = toIso(lead.slot);
    try {
      const { run_id: run } = runs.start(jobId, { trigger: 'scheduled', scheduleId: lead.scheduleId, slots });
      fullDiskTold = false;
      log.info('Scheduled run started', { job: jobId, schedule: lead.scheduleId, at, run });
    } catch (error) {
      if (isDiskFull(error)) {
        // Nothing is written, so nothing is used up: the next look tries again.
        if (!fullDiskTold) log.error('A scheduled run cannot be started: the disk is full', { job: jobId, at });
        fullDiskTold = true;
        return false;
      }
      store.useUp(slots, clock.now());
      if (error instanceof AppError && error.code === 'conflict') {
        log.info('A scheduled run falls away: the job is running', { job: jobId, schedule: lead.scheduleId, at });
        runs.note(jobId, `Due by schedule at ${at} while this run was at work: no second run is started`);
      } else log.error('A scheduled run could not be started', { job: jobId, schedule: lead.scheduleId, at, error });
    }
    return true;
  };

  const look = async () => {
    watchForJump();
    if (stopped || !mayDecide()) return;
    prune();
    if (clock.now() < quietUntil) return;
    if (store.active().length === 0) {
      quietUntil = Number.POSITIVE_INFINITY;
      return;
    }
    // A server without schedules never loads what reckons with them.
    const { latestSlot, nextSlots } = await import('./slots.ts');
    if (stopped) return;
    checkTime();
    const now = clock.now();
    const schedules = store.active();
    const due = each(schedules, (schedule): Due[] => {
      const slot = latestSlot(schedule, now, schedule.activeSince);
      if (slot === null || store.isUsed({ scheduleId: schedule.id, slot })) return [];
      return [{ scheduleId: schedule.id, slot, jobId: schedule.jobId }];
    });
    const decided = [...Map.groupBy(due, (one) => one.jobId)].map(([jobId, slots]) => startRun(jobId, slots));
    if (decided.every(Boolean))
      quietUntil = Math.min(...each(schedules, (schedule) => nextSlots(schedule, now, 1)), Number.POSITIVE_INFINITY);
  };
  let looking: Promise<void> | null = null;
  const tick = (): Promise<void> => {
    looking ??= look()
      .catch((error) => log.error('Schedules could not be looked at', { error }))
      .finally(() => {
        looking = null;
      });
    return looking;
  };

  const startAgain = () => {
    for (const { id, jobId, trigger, scheduleId } of deps.interrupted()) {
      try {
        const { run_id: run } = runs.start(jobId, { trigger, scheduleId, retryOf: id });
        log.info('Interrupted run started again', { job: jobId, interrupted: id, run });
      } catch (error) {
        log.error('An interrupted run could not be started again', { job: jobId, interrupted: id, error });
      }
    }
  };

  const loop = async () => {
    await tick();
    if (!stopped) timer = setTimeout(() => void loop(), everyMs - (clock.now() % everyMs) + afterMinuteMs);
  };

  return {
    start() {
      startAgain();
      void loop();
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
    tick,
  };
}
