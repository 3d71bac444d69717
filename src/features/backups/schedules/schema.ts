import { type Static, t } from 'elysia';
import { integer } from '../../../http/fields.ts';

const nullable = <T extends Parameters<typeof t.Union>[0][number]>(schema: T) => t.Union([schema, t.Null()]);
const time = t.String({ description: 'UTC, whole seconds: 2026-01-05T02:00:00Z' });
const scheduleType = t.Union([t.Literal('daily'), t.Literal('weekly'), t.Literal('monthly'), t.Literal('custom')]);

/** Which of the members of a time a type takes is decided by the service: the words are clearer there. */
export const scheduleBody = t.Object({
  schedule_type: scheduleType,
  hour: t.Optional(nullable(integer({ minimum: 0, maximum: 23, description: 'Not with `custom`' }))),
  minute: t.Optional(nullable(integer({ minimum: 0, maximum: 59, description: 'Not with `custom`' }))),
  day_of_week: t.Optional(nullable(integer({ minimum: 0, maximum: 6, description: '`weekly` only; 0 is Sunday' }))),
  day_of_month: t.Optional(
    nullable(
      integer({ minimum: 1, maximum: 31, description: '`monthly` only; shorter months take their last day instead' }),
    ),
  ),
  cron_expression: t.Optional(
    nullable(
      t.String({
        minLength: 1,
        maxLength: 200,
        description: '`custom` only: minute, hour, day of month, month, day of week',
      }),
    ),
  ),
  enabled: t.Optional(t.Boolean({ description: 'Default true' })),
  timezone: t.Optional(
    nullable(t.String({ minLength: 1, maxLength: 64, description: 'IANA zone; default the zone of this server' })),
  ),
});
export type ScheduleBody = Static<typeof scheduleBody>;

export const scheduleView = t.Object({
  id: integer(),
  job_id: integer(),
  enabled: t.Boolean(),
  schedule_type: scheduleType,
  hour: nullable(integer()),
  minute: nullable(integer()),
  day_of_week: nullable(integer({ description: '0 is Sunday' })),
  day_of_month: nullable(integer()),
  cron_expression: nullable(t.String()),
  next_run: nullable(time),
  created_at: time,
  uuid: t.String(),
  timezone: t.String({ description: 'IANA zone the times are meant in' }),
});
export type ScheduleView = Static<typeof scheduleView>;

export const schedulePreview = t.Object({
  timezone: t.String(),
  next_runs: t.Array(time, { description: 'The next three' }),
});
export type SchedulePreview = Static<typeof schedulePreview>;
