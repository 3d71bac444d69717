import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

export const settingsBody = t.Object(
  {
    max_runs_per_job: integer({ minimum: 1, maximum: 10_000, description: 'Finished runs kept per job' }),
    theme: t.Union([t.Literal('light'), t.Literal('dark'), t.Literal('system')]),
  },
  { description: 'Application settings' },
);
export const settingsPatch = t.Partial(settingsBody);

export type Settings = Static<typeof settingsBody>;

export const defaultSettings: Settings = { max_runs_per_job: 10, theme: 'system' };
