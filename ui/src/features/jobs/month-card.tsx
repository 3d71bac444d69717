import { createMemo, Show } from 'solid-js';
import { statisticsOf } from '../../api/jobs.ts';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Stat } from '../../components/stat.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { bytes, percent } from '../../lib/format.ts';
import { useLive } from '../../live/live.ts';
import { createAnswer } from './answer.ts';
import { honestShare, monthOf } from './month.ts';

/** More runs than this in thirty days: one every forty minutes. */
const mostLines = 1000;

/** The last thirty days of a job in three numbers. */
export function MonthCard(props: { jobId: number }) {
  const live = useLive();
  const lines = createAnswer(
    () => {
      const last = live.lastRunOf(props.jobId);
      return live.jobOf(props.jobId) ? `${props.jobId} ${last?.id} ${last?.status}` : null;
    },
    () => statisticsOf(props.jobId, mostLines),
  );
  const month = createMemo(() => {
    const known = lines.value();
    return known && monthOf(known, Date.now());
  });
  return (
    <Card title={t().job.statistics}>
      <Show
        when={month()}
        fallback={
          <Show when={lines.problem()} fallback={<Skeleton lines={2} />}>
            <p class="soft">{t().statistics.trouble}</p>
          </Show>
        }
      >
        {(known) => (
          <Show
            when={known().runs > 0}
            fallback={<p class="soft">{known().dryRuns > 0 ? t().statistics.onlyDry : t().statistics.none}</p>}
          >
            <dl class="stats">
              <Show when={known().success !== null}>
                <Stat
                  label={t().statistics.success}
                  note={t().statistics.successNote(known().completed, known().judged)}
                >
                  {percent(honestShare(known().success ?? 0))}
                </Stat>
              </Show>
              <Stat label={t().statistics.copied} note={t().statistics.copiedNote(known().files)}>
                {bytes(known().bytes)}
              </Stat>
              <Show when={known().typicalSeconds !== null}>
                <Stat label={t().statistics.typical}>{t().runs.took(known().typicalSeconds ?? 0)}</Stat>
              </Show>
            </dl>
          </Show>
        )}
      </Show>
    </Card>
  );
}
