import { createSignal, onCleanup, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { type DeletionView, deletionsOf } from '../../api/jobs.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { VirtualList } from '../../components/virtual-list.tsx';
import { t } from '../../i18n/base.ts';
import { overruleText } from '../../i18n/overrule.ts';
import { nameAndFolder } from './findings.ts';

const pageRows = 1000;
const rowPx = 48;
const mostShown = 7;

export interface Deletions {
  rows(): readonly DeletionView[];
  /** Whether there may be more than `rows`. */
  more(): boolean;
  /** Something came, be it nothing. */
  known(): boolean;
  problem(): string | null;
  load(): void;
}

/** The list of a stopped run, page by page: it may be a million paths. */
export function createDeletions(runId: () => number): Deletions {
  const [rows, setRows] = createSignal<readonly DeletionView[]>([]);
  const [more, setMore] = createSignal(true);
  const [known, setKnown] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  let busy = false;
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const load = async () => {
    if (busy || !more()) return;
    busy = true;
    setProblem(null);
    try {
      const next = await deletionsOf(runId(), pageRows, rows().length);
      if (over) return;
      setRows((before) => [...before, ...next]);
      setMore(next.length === pageRows);
      setKnown(true);
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
    } finally {
      busy = false;
    }
  };
  return { rows, more, known, problem, load: () => void load() };
}

export function DeletionList(props: { deletions: Deletions }) {
  const words = () => overruleText().list;
  const rows = () => props.deletions.rows();
  return (
    <div class="deletions">
      <Show when={props.deletions.problem()}>
        {(problem) => (
          <div role="alert">
            <Notice
              mood="bad"
              actions={
                <Button size="small" onClick={() => props.deletions.load()}>
                  {t().actions.retry}
                </Button>
              }
            >
              <p>{problem()}</p>
            </Notice>
          </div>
        )}
      </Show>
      <Show when={props.deletions.known()} fallback={<Skeleton lines={4} />}>
        <Show when={rows().length > 0} fallback={<p class="soft small">{words().none}</p>}>
          <p class="soft small">{props.deletions.more() ? words().first(rows().length) : words().all(rows().length)}</p>
          <div class="deletions-box" style={{ height: `${Math.min(rows().length, mostShown) * rowPx + 2}px` }}>
            <VirtualList
              label={words().label}
              count={rows().length}
              rowHeight={rowPx}
              row={(index) => <Row entry={rows()[index]} />}
              onScroll={(atEnd) => atEnd && props.deletions.load()}
            />
          </div>
        </Show>
      </Show>
    </div>
  );
}

function Row(props: { entry: DeletionView | undefined }) {
  return (
    <Show when={props.entry}>
      {(entry) => (
        <p class="deletion" title={`${entry().landing}/${entry().path}`}>
          <span class="deletion-name">{nameAndFolder(entry()).name}</span>
          <span class="deletion-folder">{nameAndFolder(entry()).folder}</span>
        </p>
      )}
    </Show>
  );
}
