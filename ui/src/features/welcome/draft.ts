import { createMemo, createSignal } from 'solid-js';
import type { JobBody } from '../../api/jobs.ts';
import type { ScheduleBody } from '../../api/schedules.ts';
import { pickersText } from '../../i18n/pickers.ts';
import { welcomeText as t } from '../../i18n/welcome.ts';
import { cleanSubdir, type LocalConfig, mountPointOf, pathOf, subdirOf, uuidOf } from '../pickers/place.ts';
import { proposed, scheduleOf } from '../pickers/schedule-form.ts';
import { proposedName } from './name.ts';
import { liesInside, type StepProblem } from './problems.ts';

/** What somebody has answered so far; going back and forth loses nothing of it. */
export function createDraft(taken: () => readonly string[], isAbsent: (path: string) => boolean) {
  const [folders, setFolders] = createSignal<readonly string[]>([]);
  const [config, setConfig] = createSignal<LocalConfig>({});
  const [schedule, setSchedule] = createSignal<ScheduleBody | null>(scheduleOf(proposed));
  const [typedName, setName] = createSignal<string | null>(null);
  /** Follows the folders until somebody types a name. */
  const name = createMemo(() => typedName() ?? proposedName(folders(), taken()));
  const body = createMemo(
    (): JobBody => ({
      name: name().trim(),
      source_dirs: [...folders()],
      destination_type: 'local',
      destination_config: config(),
    }),
  );

  const absentProblem = () =>
    uuidOf(config()) === null && isAbsent(mountPointOf(config())) ? pickersText().place.pathAbsent : null;

  /** The first thing that is missing or wrong, as far as the page can tell by itself. */
  const missing = (): StepProblem | null => {
    if (folders().length === 0) return { step: 'what', message: t().what.missing };
    const where = whereProblem(folders(), config()) ?? absentProblem();
    if (where !== null) return { step: 'where', message: where };
    if (name().trim() === '') return { step: 'when', field: 'name', message: t().ready.nameMissing };
    return null;
  };
  /** A folder that was chosen and is not there any more. Nobody is sent back for it before they want to go on. */
  const gone = (): StepProblem | null => {
    const folder = folders().find(isAbsent);
    return folder === undefined ? null : { step: 'what', message: t().what.gone(folder) };
  };
  return {
    folders,
    setFolders: (next: readonly string[]) => void setFolders(next),
    config,
    setConfig: (next: LocalConfig) => void setConfig(next),
    schedule,
    setSchedule: (next: ScheduleBody | null) => void setSchedule(next),
    name,
    setName: (next: string) => void setName(next),
    body,
    missing,
    gone,
  };
}
export type Draft = ReturnType<typeof createDraft>;

function whereProblem(folders: readonly string[], config: LocalConfig): string | null {
  const words = pickersText().place;
  if (pathOf(config) === '') return words.driveMissing;
  if (uuidOf(config) !== null && cleanSubdir(subdirOf(config)) === null) return words.subdirWrong;
  if (!pathOf(config).startsWith('/')) return pickersText().folders.pathWrong;
  return liesInside(folders, config) ? t().where.inside : null;
}
