import { Select } from '../../components/select.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { useLive } from '../../live/live.ts';
import { type Filter, type OutcomeChoice, outcomes, type TimeChoice, times } from './history-filter.ts';

/** Which runs: of which backup, with which outcome, since when. */
export function Filters(props: { filter: Filter; onChange: (change: Partial<Filter>) => void }) {
  const live = useLive();
  const jobs = () => {
    const chosen = props.filter.jobId;
    const known = (live.jobs() ?? []).map((job) => ({ value: `${job.id}`, label: job.name }));
    // An address may name a backup that was deleted since, and is there before the list of backups.
    const unknown =
      chosen === null || known.some((choice) => choice.value === `${chosen}`)
        ? []
        : [{ value: `${chosen}`, label: live.jobs() ? t().history.unknownJob(chosen) : '…' }];
    return [{ value: '', label: t().history.allJobs }, ...known, ...unknown];
  };
  return (
    <fieldset class="history-filters">
      <legend class="hidden">{t().history.filters}</legend>
      <Select
        label={t().history.job}
        choices={jobs()}
        value={props.filter.jobId === null ? '' : `${props.filter.jobId}`}
        onChange={(value) => props.onChange({ jobId: value === '' ? null : Number(value) })}
      />
      <Select<OutcomeChoice>
        label={t().history.outcome}
        choices={outcomes.map((value) => ({ value, label: t().history.outcomes[value] }))}
        value={props.filter.outcome}
        onChange={(outcome) => props.onChange({ outcome })}
      />
      <Select<TimeChoice>
        label={t().history.time}
        choices={times.map((value) => ({ value, label: t().history.times[value] }))}
        value={props.filter.time}
        onChange={(time) => props.onChange({ time })}
      />
    </fieldset>
  );
}
