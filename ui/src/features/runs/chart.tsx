import { createEffect, createMemo, createSignal, lazy, on, onCleanup, Show, Suspense } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { type StatisticsView, statisticsOf } from '../../api/runs.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { bytes, count, dayOf, duration } from '../../lib/format.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import { isActive, useLive } from '../../live/live.ts';
import { dayMonth } from './days.ts';
import { type Filter, isoOf, sinceOf } from './history-filter.ts';
import { sumUp, wholeOf } from './history-sums.ts';

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })));
const inTurn = createTurnstile(3);
const rowsAtOnce = 1000;

/** A job's finished runs from `since` on, removed ones included. */
async function seriesOf(jobId: number, since: number | null): Promise<StatisticsView[]> {
  const rows: StatisticsView[] = [];
  for (;;) {
    const next = await inTurn(() => statisticsOf(jobId, rowsAtOnce, rows.length));
    rows.push(...next);
    const last = next.at(-1);
    if (!last || next.length < rowsAtOnce || (since !== null && Date.parse(last.started_at) < since)) return rows;
  }
}

/** Bytes and duration over time, as bars, as a sentence, and as a table for whoever wants or needs it. */
export function Chart(props: { filter: Filter }) {
  const live = useLive();
  const [rows, setRows] = createSignal<readonly StatisticsView[] | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [point, setPoint] = createSignal<number | null>(null);
  const [open, setOpen] = createSignal(false);
  const [now, setNow] = createSignal(Date.now());
  let asked = 0;
  let over = false;
  const since = createMemo(() => sinceOf(props.filter.time, now()));
  const jobIds = createMemo(
    () => (props.filter.jobId === null ? live.jobs()?.map((job) => job.id) : [props.filter.jobId]),
    undefined,
    { equals: (a, b) => a?.join() === b?.join() },
  );
  const ask = async () => {
    const ids = jobIds();
    if (!ids) return;
    asked += 1;
    const mine = asked;
    setNow(Date.now());
    try {
      const all = await Promise.all(ids.map((id) => seriesOf(id, since())));
      if (mine !== asked || over) return;
      setRows(all.flat());
      setProblem(null);
    } catch (thrown) {
      if (mine !== asked || over) return;
      const error = asApiError(thrown);
      if (error.status === 404) setRows([]);
      else setProblem(error.message);
    }
  };
  createEffect(on([jobIds, () => props.filter.time], () => void ask()));
  onCleanup(live.onTurn((run) => void (isActive(run.status) || ask())));
  onCleanup(() => {
    over = true;
  });

  const wanted = createMemo(() => {
    const { outcome } = props.filter;
    const all = rows() ?? [];
    return outcome === 'all' || outcome === 'running' ? all : all.filter((row) => row.status === outcome);
  });
  const sums = createMemo(() => sumUp(wanted(), since(), now()));
  const whole = createMemo(() => wholeOf(sums().sums));
  const nameOf = (start: number) => {
    const day = dayOf(isoOf(start));
    return sums().per === 'day' ? day : t().chart.week(day);
  };
  const titles = () => {
    const { copied, duration, perDay, perWeek } = t().chart;
    const per = sums().per === 'day' ? perDay : perWeek;
    return { upper: `${copied} ${per}`, lower: `${duration} ${per}` };
  };
  const onlyDry = () =>
    wanted().some((row) => row.dry_run && Date.parse(row.started_at) >= (since() ?? Number.NEGATIVE_INFINITY));
  const sentence = () => {
    const first = sums().sums[0];
    const { runs, failed, bytes: size } = whole();
    if (runs === 0 || !first) return onlyDry() ? t().chart.onlyDry : t().chart.none;
    return t().chart.describe(runs, failed, size, dayOf(isoOf(first.start)));
  };
  const readout = () => {
    const sum = sums().sums[point() ?? -1];
    return sum ? t().chart.at(nameOf(sum.start), sum.runs, sum.failed, sum.bytes, sum.seconds) : t().chart.hint;
  };
  return (
    <Card title={t().chart.title} class="chart">
      <div role="alert">
        <Show when={problem()}>
          <Notice
            mood="bad"
            title={t().chart.failed}
            actions={
              <Button size="small" onClick={() => void ask()}>
                {base().actions.retry}
              </Button>
            }
          >
            <p>{problem()}</p>
          </Notice>
        </Show>
      </div>
      <p class="soft chart-sentence">{rows() === null ? t().chart.loading : sentence()}</p>
      <div class="chart-place">
        <Show when={rows() !== null && whole().runs > 0}>
          <Suspense>
            <Plot sums={sums()} titles={titles()} dateOf={dayMonth} onPoint={setPoint} />
          </Suspense>
        </Show>
      </div>
      <Show when={whole().runs > 0}>
        <div class="chart-foot small soft">
          <p aria-hidden="true">{readout()}</p>
          <Show when={whole().failed > 0}>
            <p>
              <span class="chart-mark" aria-hidden="true">
                ▲
              </span>{' '}
              {t().chart.mark}
            </p>
          </Show>
        </div>
        <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{open() ? t().chart.hideTable : t().chart.asTable}</summary>
          <Show when={open()}>
            <p class="small soft">{t().chart.pruned}</p>
            <DataTable
              caption={sentence()}
              rows={sums()
                .sums.filter((sum) => sum.runs > 0)
                .toReversed()}
              columns={[
                {
                  label: sums().per === 'day' ? t().chart.day : t().chart.weekColumn,
                  cell: (sum) => nameOf(sum.start),
                  heading: true,
                },
                { label: t().chart.runs, cell: (sum) => count(sum.runs), numeric: true },
                { label: t().chart.notDone, cell: (sum) => count(sum.failed), numeric: true },
                { label: t().chart.copied, cell: (sum) => bytes(sum.bytes), numeric: true },
                { label: t().chart.duration, cell: (sum) => duration(sum.seconds), numeric: true },
              ]}
            />
          </Show>
        </details>
      </Show>
    </Card>
  );
}
