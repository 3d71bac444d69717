import ChevronLeft from 'lucide-solid/icons/chevron-left';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import { createEffect, createSignal, For, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { errorsOf, type RunErrorView, type RunView } from '../../api/runs.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { LevelIcon } from './log-line.tsx';
import { oneLine } from './run-words.ts';

const rowsPerPage = 15;
/** So many the box keeps of one run. */
const mostKept = 1000;

/** The files a run could not copy, each with why; nothing where there are none. */
export function RunErrors(props: { run: RunView }) {
  const counted = () => props.run.error_count + props.run.warning_count;
  return (
    <Show when={counted() > 0}>
      <List run={props.run} counted={counted()} />
    </Show>
  );
}

function List(props: { run: RunView; counted: number }) {
  const [page, setPage] = createSignal(0);
  const [rows, setRows] = createSignal<readonly RunErrorView[] | null>(null);
  const [more, setMore] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  let asked = 0;
  const ask = async (runId: number, at: number) => {
    asked += 1;
    const mine = asked;
    setProblem(null);
    try {
      const found = await errorsOf(runId, rowsPerPage + 1, at * rowsPerPage);
      if (mine !== asked) return;
      setMore(found.length > rowsPerPage);
      setRows(found.slice(0, rowsPerPage));
    } catch (thrown) {
      if (mine === asked) setProblem(asApiError(thrown).message);
    }
  };
  createEffect(() => void ask(props.run.id, page()));
  const first = () => page() * rowsPerPage;
  let top: HTMLParagraphElement | undefined;
  const turn = (by: number) => {
    setPage(page() + by);
    top?.scrollIntoView({ block: 'nearest' });
  };
  /** A warning that is about no file stands in the log alone. */
  const hasList = () => rows() === null || (rows()?.length ?? 0) > 0 || problem() !== null;
  return (
    <Show when={hasList()}>
      <Card title={t().errors.title} class="run-errors">
        <p
          class="soft"
          ref={(element) => {
            top = element;
          }}
        >
          {t().errors.lead(props.run.error_count, props.run.warning_count)}{' '}
          {props.counted > mostKept ? t().errors.kept : ''}
        </p>
        <div role="alert">
          <Show when={problem()}>
            <Notice
              mood="bad"
              title={t().errors.failed}
              actions={
                <Button size="small" onClick={() => void ask(props.run.id, page())}>
                  {base().actions.retry}
                </Button>
              }
            >
              <p>{problem()}</p>
            </Notice>
          </Show>
        </div>
        <Show when={rows()} fallback={<Skeleton lines={Math.min(6, props.counted * 2)} />}>
          {(known) => (
            <ul class="error-list">
              <For each={known()}>
                {(row) => (
                  <li data-level={row.level}>
                    <LevelIcon level={row.level} />
                    <div>
                      <p class="error-path">
                        <bdi dir="ltr">{oneLine(row.path === '' ? row.landing : `${row.landing}/${row.path}`)}</bdi>
                      </p>
                      <p class="small soft">{oneLine(row.message)}</p>
                    </div>
                  </li>
                )}
              </For>
            </ul>
          )}
        </Show>
        <Show when={page() > 0 || more()}>
          <nav class="pages" aria-label={t().errors.pages}>
            <Button kind="quiet" icon={<ChevronLeft size={18} />} disabled={page() === 0} onClick={() => turn(-1)}>
              {t().errors.before}
            </Button>
            <p class="small soft" aria-live="polite">
              {t().errors.page(first() + 1, first() + (rows()?.length ?? 0))}
            </p>
            <Button kind="quiet" icon={<ChevronRight size={18} />} disabled={!more()} onClick={() => turn(1)}>
              {t().errors.after}
            </Button>
          </nav>
        </Show>
      </Card>
    </Show>
  );
}
