import './history.css';
import { useSearchParams } from '@solidjs/router';
import Clock from 'lucide-solid/icons/clock';
import { createMemo, For, Index, Match, Show, Switch } from 'solid-js';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { createSlices } from '../../lib/slices.ts';
import { createNow } from '../../lib/time.ts';
import { Chart } from './chart.tsx';
import { dayHeading } from './days.ts';
import { byDay, type Filter, filterOf, isNarrow, paramsOf } from './history-filter.ts';
import { Filters } from './history-filters.tsx';
import { createHistoryList } from './history-list.ts';
import { RunRow } from './run-row.tsx';

/** The runs of all jobs, by day, with what they come to over time. */
export function History() {
  const [params, setParams] = useSearchParams();
  const filter = createMemo(() => filterOf(params), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  const now = createNow(60_000);
  const list = createHistoryList(filter);
  const choose = (change: Partial<Filter>) =>
    setParams(paramsOf({ ...filter(), page: 1, ...change }), { scroll: false });
  const pageAt = (page: number) => {
    const said = Object.entries(paramsOf({ ...filter(), page })).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return said.length === 0 ? '/runs' : `/runs?${new URLSearchParams(said)}`;
  };
  const drawn = createSlices(() => list.runs()?.length ?? 0, 4);
  const groups = createMemo(() => byDay((list.runs() ?? []).slice(0, drawn()), now()));
  const nothing = () => list.runs()?.length === 0;
  const isNew = () => nothing() && !isNarrow(filter()) && filter().page === 1;
  return (
    <>
      <PageHeader title={t().title} lead={t().history.lead} />
      <Show
        when={!isNew()}
        fallback={
          <EmptyState
            icon={<Clock size={26} />}
            title={t().history.emptyTitle}
            action={<ButtonLink href="/jobs">{t().history.toJobs}</ButtonLink>}
          >
            <p class="soft">{t().history.emptyText}</p>
          </EmptyState>
        }
      >
        <Filters filter={filter()} onChange={choose} />
        <Chart filter={filter()} />
        <section class="history" aria-label={t().history.list} aria-busy={list.busy()}>
          <div role="alert">
            <Show when={list.problem()}>
              <Notice
                mood="bad"
                title={t().history.failed}
                actions={
                  <Button size="small" onClick={list.reload}>
                    {base().actions.retry}
                  </Button>
                }
              >
                <p>{list.problem()}</p>
              </Notice>
            </Show>
          </div>
          <div role="status" class="history-fresh">
            <Show when={list.fresh() > 0}>
              <Button onClick={list.reload}>{t().history.fresh(list.fresh())}</Button>
            </Show>
          </div>
          <Switch>
            <Match when={list.runs() === null && list.problem() === null}>
              <Skeleton lines={9} />
            </Match>
            <Match when={nothing()}>
              <EmptyState
                title={t().history.noneTitle}
                action={<ButtonLink href="/runs">{t().history.showAll}</ButtonLink>}
              >
                <p class="soft">{t().history.noneText}</p>
              </EmptyState>
            </Match>
            <Match when={list.runs()}>
              <Index each={groups()}>
                {(group) => (
                  <section class="history-day">
                    <h2>{dayHeading(group().day, now())}</h2>
                    <ul>
                      <For each={group().runs}>
                        {(run) => (
                          <li>
                            <RunRow run={run} />
                          </li>
                        )}
                      </For>
                    </ul>
                  </section>
                )}
              </Index>
            </Match>
          </Switch>
          <Show when={filter().page > 1 || list.more()}>
            <nav class="pages" aria-label={t().history.pages}>
              <Show when={filter().page > 1} fallback={<span />}>
                <ButtonLink kind="quiet" href={pageAt(filter().page - 1)}>
                  {t().history.newer}
                </ButtonLink>
              </Show>
              <p class="small soft">{t().history.page(filter().page)}</p>
              <Show when={list.more()} fallback={<span />}>
                <ButtonLink kind="quiet" href={pageAt(filter().page + 1)}>
                  {t().history.older}
                </ButtonLink>
              </Show>
            </nav>
          </Show>
        </section>
      </Show>
    </>
  );
}
