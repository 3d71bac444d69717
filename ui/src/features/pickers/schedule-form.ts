import type { ScheduleBody } from '../../api/schedules.ts';

export type Rhythm = ScheduleBody['schedule_type'] | 'none';

/** What the form holds; every rhythm finds what was set for another one before. */
export interface ScheduleForm {
  rhythm: Rhythm;
  hour: number;
  minute: number;
  /** 0 is Sunday. */
  dayOfWeek: number;
  dayOfMonth: number;
  /** Minute, hour, day of month, month, day of week. */
  cron: [string, string, string, string, string];
  enabled: boolean | undefined;
  timezone: string | null | undefined;
}

/** In the small hours, when nobody waits for the box. */
export const proposed: ScheduleForm = {
  rhythm: 'daily',
  hour: 2,
  minute: 0,
  dayOfWeek: 0,
  dayOfMonth: 1,
  cron: ['0', '2', '*', '*', '1-5'],
  enabled: undefined,
  timezone: undefined,
};

/** Takes up what is set from outside; the rest is as `before`. */
export function formOf(value: ScheduleBody | null, before: ScheduleForm = proposed): ScheduleForm {
  if (value === null) return { ...before, rhythm: 'none' };
  return {
    rhythm: value.schedule_type,
    hour: value.hour ?? before.hour,
    minute: value.minute ?? before.minute,
    dayOfWeek: value.day_of_week ?? before.dayOfWeek,
    dayOfMonth: value.day_of_month ?? before.dayOfMonth,
    cron: typeof value.cron_expression === 'string' ? fieldsOf(value.cron_expression) : before.cron,
    enabled: value.enabled,
    timezone: value.timezone,
  };
}

/** Only the members its rhythm takes; null for "only by hand". */
export function scheduleOf(form: ScheduleForm): ScheduleBody | null {
  if (form.rhythm === 'none') return null;
  const also = {
    ...(form.enabled === undefined ? {} : { enabled: form.enabled }),
    ...(form.timezone === undefined ? {} : { timezone: form.timezone }),
  };
  const at = { hour: form.hour, minute: form.minute };
  switch (form.rhythm) {
    case 'daily':
      return { schedule_type: 'daily', ...at, ...also };
    case 'weekly':
      return { schedule_type: 'weekly', ...at, day_of_week: form.dayOfWeek, ...also };
    case 'monthly':
      return { schedule_type: 'monthly', ...at, day_of_month: form.dayOfMonth, ...also };
    case 'custom':
      return {
        schedule_type: 'custom',
        cron_expression: form.cron.map((field) => field.trim() || '*').join(' '),
        ...also,
      };
  }
}

/** Five fields of a pattern; missing ones are empty, those too many stay with the last, for the server to refuse. */
export function fieldsOf(pattern: string): ScheduleForm['cron'] {
  const parts = pattern.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', ...week] = parts;
  return [minute, hour, day, month, week.join(' ')];
}

/** `02:05`, as a time input has it. */
export const timeText = (form: Pick<ScheduleForm, 'hour' | 'minute'>): string =>
  `${String(form.hour).padStart(2, '0')}:${String(form.minute).padStart(2, '0')}`;

/** null while the input is incomplete. */
export function timeOf(text: string): { hour: number; minute: number } | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(text) ?? [];
  return hour === undefined || minute === undefined ? null : { hour: Number(hour), minute: Number(minute) };
}
