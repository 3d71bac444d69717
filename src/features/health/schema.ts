import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const oneOf = <T extends string>(...words: T[]) => t.Unsafe<T>(t.String({ enum: words }));

export const attentionView = t.Object({
  id: t.String({ description: 'The same for the same trouble, as long as it lasts' }),
  level: oneOf('error', 'warning'),
  topic: oneOf('job', 'drive', 'destination', 'clock', 'account'),
  message: t.String(),
  name: t.Optional(t.String({ description: 'What it is about, as a person named it, where that is no job' })),
  job_id: t.Optional(integer()),
  run_id: t.Optional(integer()),
  confirm: t.Optional(
    t.String({ description: 'Hand it to POST /jobs/{id}/run to overrule exactly what stopped this run' }),
  ),
  since: t.String({ description: 'UTC, whole seconds' }),
});
export type AttentionView = Static<typeof attentionView>;
