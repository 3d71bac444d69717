import { For, Show } from 'solid-js';
import type { RunView } from '../../api/runs.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Stat } from '../../components/stat.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { bytes, count, exactTime } from '../../lib/format.ts';
import { wayOut } from '../backups/way-out.ts';
import { averageRate, moodOf, secondsOf, sentenceOf, stateOf, timeTaken } from './run-words.ts';

interface Fact {
  label: string;
  value: string;
  note?: string;
}

/** What the numbers of a finished run are; those that say nothing are left out. */
function factsOf(run: RunView): Fact[] {
  const say = t().report;
  const seconds = secondsOf(run);
  const rate = averageRate(run);
  const facts: Fact[] = [{ label: run.dry_run ? say.would : say.files, value: count(run.files_transferred) }];
  if (run.files_transferred > 0) facts.push({ label: say.bytes, value: bytes(run.bytes_transferred) });
  if (run.files_deleted > 0) facts.push({ label: say.deleted, value: count(run.files_deleted), note: say.deletedNote });
  if (run.error_count > 0) facts.push({ label: say.failed, value: count(run.error_count) });
  if (run.warning_count > 0) facts.push({ label: say.warnings, value: count(run.warning_count) });
  if (seconds !== null) facts.push({ label: say.duration, value: timeTaken(seconds) });
  if (rate !== null) facts.push({ label: say.rate, value: t().run.rateOf(rate) });
  if (run.files_total !== null && run.files_total > 0)
    facts.push({
      label: say.whole,
      value: count(run.files_total),
      ...(run.bytes_total === null ? {} : { note: bytes(run.bytes_total) }),
    });
  return facts;
}

/** A run that is over: one sentence, what to do now if anything, the numbers. */
export function Report(props: { run: RunView }) {
  const mood = () => moodOf[stateOf(props.run)];
  const reason = () => (props.run.status === 'failed' && props.run.reason ? t().reasons[props.run.reason] : undefined);
  /** A finding that can be overruled says it below, beside the button; the files that are missing have their list. */
  const said = () => {
    const { status, confirm, reason: why, error_message: message } = props.run;
    return status === 'failed' && confirm === null && why !== 'partial' ? message : null;
  };
  return (
    <Card class="run-report">
      <div class="run-sum" data-mood={mood()}>
        <h2>{sentenceOf(props.run)}</h2>
        <Show when={reason()}>
          {(words) => (
            <div>
              <h3>{t().report.next}</h3>
              <p>{words().next}</p>
              <Show when={wayOut(props.run)}>
                {(way) => (
                  <p class="run-way">
                    <ButtonLink href={way().href}>{way().label}</ButtonLink>
                  </p>
                )}
              </Show>
            </div>
          )}
        </Show>
        <Show when={said()}>
          {(words) => (
            <div>
              <h3>{t().report.box}</h3>
              <p class="run-said" lang="en">
                {words()}
              </p>
            </div>
          )}
        </Show>
      </div>
      <dl class="stats">
        <For each={factsOf(props.run)}>
          {(fact) => (
            <Stat label={fact.label} note={fact.note}>
              {fact.value}
            </Stat>
          )}
        </For>
      </dl>
      <dl class="run-times small soft">
        <div>
          <dt>{t().report.started}</dt>
          <dd>{props.run.started_at === null ? t().report.never : exactTime(props.run.started_at)}</dd>
        </div>
        <Show when={props.run.completed_at}>
          {(at) => (
            <div>
              <dt>{t().report.ended}</dt>
              <dd>{exactTime(at())}</dd>
            </div>
          )}
        </Show>
      </dl>
    </Card>
  );
}
