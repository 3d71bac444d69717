import { createMemo, createSignal } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { createJob, type JobView, updateJob } from '../../api/jobs.ts';
import type { ProviderSchemaView } from '../../api/providers.ts';
import {
  createSchedule,
  previewSchedule,
  removeSchedule,
  type ScheduleView,
  updateSchedule,
} from '../../api/schedules.ts';
import { editorText as t } from '../../i18n/editor.ts';
import type { Problem } from '../../lib/problem.ts';
import { checkDraft, problemsOf, touchedFields } from './check.ts';
import { bodyOf, draftOf, emptyDraft, type JobDraft } from './draft.ts';
import { type SaveDoors, save } from './save.ts';
import { addedTo, draftsOf, type ScheduleDraft, usualTime } from './schedule-plan.ts';

const doors: SaveDoors = {
  create: createJob,
  update: updateJob,
  tryOut: previewSchedule,
  createSchedule,
  updateSchedule,
  removeSchedule,
};

/** Fields of a schedule carry its key. */
export const scheduleField = (key: number): string => `schedule.${key}`;

/** The life of one job editor: what stands in the form, what the box has, and saving the difference. */
export function createEditor(
  loaded: { job: JobView; schedules: readonly ScheduleView[] } | null,
  begun: Partial<JobDraft> = {},
) {
  const [draft, setDraft] = createSignal<JobDraft>(loaded ? draftOf(loaded.job) : { ...emptyDraft(), ...begun });
  const [schedules, setSchedules] = createSignal<readonly ScheduleDraft[]>(
    loaded ? draftsOf(loaded.schedules) : addedTo([], usualTime),
  );
  const [job, setJob] = createSignal<JobView | null>(loaded?.job ?? null);
  const [savedSchedules, setSavedSchedules] = createSignal<readonly ScheduleView[]>(loaded?.schedules ?? []);
  const [schema, setSchema] = createSignal<ProviderSchemaView | null>(null);
  const [problems, setProblems] = createSignal<readonly Problem[]>([]);
  const [troubles, setTroubles] = createSignal<readonly string[]>([]);
  const [asksSecret, setAsksSecret] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const text = () => JSON.stringify([draft(), schedules()]);
  const [clean, setClean] = createSignal(text());

  const fieldOf = (at: number | null): { field: string } | object => {
    const one = at === null ? undefined : schedules()[at];
    return one ? { field: scheduleField(one.key) } : {};
  };
  const refused = (thrown: unknown) => {
    const { message } = asApiError(thrown);
    if (!message.includes('(credential_data)')) {
      setProblems([problemsOf(message, draft())]);
      return;
    }
    const again = asksSecret();
    setAsksSecret(true);
    setProblems([{ field: 'credential_data', message: again ? t().where.secretWrong : t().where.secretLead }]);
  };

  return {
    draft,
    schedules,
    setSchedules(next: readonly ScheduleDraft[]) {
      setSchedules(next);
      setProblems((all) => all.filter(({ field }) => !field?.startsWith('schedule.')));
    },
    savedSchedules,
    /** As the box has it; null while it was never saved. */
    job,
    change(part: Partial<JobDraft>) {
      const touched = touchedFields(draft(), part);
      setDraft((now) => ({ ...now, ...part }));
      // What was said about a field is over once somebody works on it.
      setProblems((all) => all.filter(({ field }) => !touched.some((one) => field?.startsWith(one))));
    },
    setSchema,
    problems,
    at: (field: string): string | undefined => problems().find((one) => one.field === field)?.message,
    /** What went wrong with schedules although the job was saved. */
    troubles,
    asksSecret,
    busy,
    dirty: createMemo(() => text() !== clean()),
    /** Answers the job when all of it is saved; null when something needs another look. */
    async save(): Promise<JobView | null> {
      if (busy()) return null;
      setTroubles([]);
      const found = checkDraft(draft(), schema()?.type === draft().kind ? schema() : null);
      setProblems(found);
      if (found.length > 0) return null;
      setBusy(true);
      try {
        const input = { jobId: job()?.id ?? null, saved: savedSchedules(), schedules: schedules() };
        const outcome = await save({ ...input, body: bodyOf(draft()) }, doors);
        if (outcome.kind === 'refused') {
          const { message } = problemsOf(asApiError(outcome.thrown).message, draft());
          setProblems([{ ...fieldOf(outcome.at), message }]);
          return null;
        }
        setJob(outcome.job);
        setSavedSchedules(outcome.saved);
        setSchedules(outcome.schedules);
        setAsksSecret(false);
        setDraft((now) => ({ ...now, secret: {} }));
        if (outcome.troubles.length === 0) {
          setClean(text());
          return outcome.job;
        }
        setTroubles(outcome.troubles.map(({ thrown }) => asApiError(thrown).message));
        return null;
      } catch (thrown) {
        refused(thrown);
        return null;
      } finally {
        setBusy(false);
      }
    },
  };
}
export type EditorState = ReturnType<typeof createEditor>;
