import './jobs.css';
import { useSearchParams } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Plus from 'lucide-solid/icons/plus';
import { createMemo, Match, Show, Switch } from 'solid-js';
import { listAttention } from '../../api/attention.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Later } from '../../components/later.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { locale } from '../../lib/locale.ts';
import { createSlices } from '../../lib/slices.ts';
import { createNow } from '../../lib/time.ts';
import { useLive } from '../../live/live.ts';
import { safetyOf } from '../backups/safety.ts';
import { createFresh } from '../overview/fresh.ts';
import { type Entry, findEntries, isOf, pageOf, stateChoiceOf } from './find.ts';
import { Finder } from './finder.tsx';
import { createJobActions } from './job-actions.tsx';
import { JobList } from './job-list.tsx';
import { createLastGoods } from './last-goods.ts';
import { Pages } from './pages.tsx';
import { createView, views } from './view.ts';

/** So few can be overlooked at a glance: no search above them. */
const fewJobs = 6;

/** Every backup of this box: how it stands, when it runs next, and what can be done with it. */
export function Jobs() {
  const live = useLive();
  const now = createNow();
  const [view, setView] = createView();
  const [at, setAt] = useSearchParams<{ q?: string; state?: string; page?: string }>();
  const actions = createJobActions();
  const attention = createFresh(listAttention, 'id');
  const lines = createMemo(() => Map.groupBy(attention.value() ?? [], (line) => line.job_id));
  const linesOf = (jobId: number) => lines().get(jobId) ?? [];
  const lastGoods = createLastGoods();
  const sorted = createMemo(() => {
    const order = new Intl.Collator(locale(), { numeric: true });
    return [...(live.jobs() ?? [])].sort((a, b) => order.compare(a.name, b.name) || a.id - b.id);
  });
  const entries = createMemo<Entry[]>(() =>
    sorted().map((job) => {
      const run = live.lastRunOf(job.id);
      const known = { lines: linesOf(job.id), lastGood: lastGoods(job.id) };
      return { job, run, standing: safetyOf(job, run, undefined, 0, known).standing };
    }),
  );
  const many = () => entries().length > fewJobs;
  const typed = () => (typeof at.q === 'string' ? at.q : '');
  const state = () => stateChoiceOf(typeof at.state === 'string' ? at.state : undefined);
  const found = createMemo(() => findEntries(entries(), typed(), state()).map((entry) => entry.job));
  const page = createMemo(() => pageOf(found(), Number(at.page ?? 1) - 1));
  const drawn = createSlices(() => page().rows.length, 2);
  const look = (next: { q?: string; state?: string }) =>
    setAt({ ...next, page: undefined }, { replace: true, scroll: false });
  const turnTo = (next: number) => {
    setAt({ page: next === 0 ? undefined : next + 1 });
    scrollTo({ top: 0 });
  };
  const clear = () => look({ q: '', state: '' });
  const narrowed = () => typed().trim() !== '' || state() !== 'all';

  return (
    <div class="stack jobs-page">
      <PageHeader
        title={t().title}
        actions={
          <>
            <Show when={entries().length > 0}>
              <Segmented
                label={t().view.label}
                choices={views.map((value) => ({ value, label: t().view[value] }))}
                value={view()}
                onChange={setView}
              />
            </Show>
            <ButtonLink href="/jobs/new" kind="primary" icon={<Plus size={18} />}>
              {t().add}
            </ButtonLink>
          </>
        }
      />
      <Switch>
        <Match when={live.jobs() === null}>
          <div class="card">
            <Skeleton lines={6} />
          </div>
          <Show when={live.trouble()}>
            <Notice mood="warn">{live.trouble()}</Notice>
          </Show>
        </Match>
        <Match when={entries().length === 0}>
          <EmptyState
            icon={<HardDrive size={26} />}
            title={t().empty.title}
            action={
              <ButtonLink href="/welcome" kind="primary">
                {t().empty.action}
              </ButtonLink>
            }
          >
            <p class="lead">{t().empty.lead}</p>
          </EmptyState>
        </Match>
        <Match when={true}>
          <Show when={many() || narrowed()}>
            <Finder
              typed={typed()}
              state={state()}
              count={(choice) => entries().filter((entry) => isOf(entry, choice)).length}
              onType={(q) => look({ q })}
              onState={(next) => look({ state: next === 'all' ? '' : next })}
            />
          </Show>
          <Show when={narrowed()}>
            <p class="soft small" role="status">
              {t().find.found(found().length, entries().length)}
            </p>
          </Show>
          <Show
            when={found().length > 0}
            fallback={
              <EmptyState title={t().find.nothing} action={<Button onClick={clear}>{t().find.clear}</Button>}>
                <p class="lead">{t().find.nothingLead}</p>
              </EmptyState>
            }
          >
            <Later>
              <JobList
                view={view()}
                jobs={page().rows.slice(0, drawn())}
                linesOf={linesOf}
                lastGoods={lastGoods}
                now={now()}
                actions={actions}
              />
              <Pages page={page()} all={found().length} onPage={turnTo} />
            </Later>
          </Show>
        </Match>
      </Switch>
      <actions.Dialogs />
    </div>
  );
}
