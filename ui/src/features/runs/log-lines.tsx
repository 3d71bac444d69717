import ArrowDown from 'lucide-solid/icons/arrow-down';
import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { VirtualList, type VirtualListHandle } from '../../components/virtual-list.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { exactTime } from '../../lib/format.ts';
import type { LogLine as Line } from '../../live/log-stream.ts';
import { LevelIcon, LogLine } from './log-line.tsx';
import { oneLine } from './run-words.ts';

/** Where two lines of text fit beside a thumb, and where one does beside a mouse. */
const rowPx = { narrow: 46, wide: 26 };

/** True while the screen is as wide as a phone. */
function createNarrow(): () => boolean {
  const query = matchMedia('(max-width: 40rem)');
  const [narrow, setNarrow] = createSignal(query.matches);
  const listen = () => setNarrow(query.matches);
  query.addEventListener('change', listen);
  onCleanup(() => query.removeEventListener('change', listen));
  return narrow;
}

/**
 * The window on the lines: follows the end or stays where its reader is, and says what came meanwhile. A line that is
 * too long for its row is shown whole below when it is chosen.
 */
export function LogLines(props: {
  count: number;
  line: (index: number) => Line | undefined;
  /** Its number in the whole log, from 1. */
  numberOf: (index: number) => number;
  follow: boolean;
  /** New lines are not told: these are finds, and something else says how many there are. */
  still?: boolean;
  onFollow: (follow: boolean) => void;
  /** To show where a searched text stands. */
  find?: string | undefined;
  /** A line to bring into sight and to choose, by its index; a new object each time. */
  goTo?: { index: number } | null;
  /** Offered for the chosen line. */
  onShow?: ((number: number) => void) | undefined;
}) {
  let place: HTMLDivElement | undefined;
  const narrow = createNarrow();
  const rowHeight = () => (narrow() ? rowPx.narrow : rowPx.wide);
  const [handle, setHandle] = createSignal<VirtualListHandle | null>(null);
  const [chosen, setChosen] = createSignal<number | null>(null);
  const [known, setKnown] = createSignal(0);
  const [atEnd, setAtEnd] = createSignal(true);
  // A window that still grows shows its new lines itself.
  const grows = () => (place?.clientHeight ?? 0) >= props.count * rowHeight();
  const fresh = () => (props.follow || props.still || grows() ? 0 : Math.max(0, props.count - known()));
  createEffect(
    on(
      () => props.follow,
      (follow) => {
        setAtEnd(follow);
        setKnown(props.count);
      },
    ),
  );
  createEffect(
    on([() => props.count, handle], () => {
      if (!props.follow) setAtEnd(handle()?.atEnd() ?? true);
    }),
  );
  createEffect(
    on(
      () => [props.goTo, handle()] as const,
      ([to, list]) => {
        if (!to || !list) return;
        setChosen(to.index);
        list.toIndex(to.index);
        // The button that was pressed is gone.
        place?.querySelector<HTMLElement>('.log-list')?.focus({ preventScroll: true });
      },
    ),
  );
  const onScroll = (end: boolean) => {
    setAtEnd(end);
    if (end !== props.follow) props.onFollow(end);
  };
  const toEnd = () => {
    handle()?.toEnd();
    setAtEnd(true);
    props.onFollow(true);
  };
  const move = (to: number) => {
    setChosen(Math.max(0, Math.min(props.count - 1, to)));
    if (props.follow) props.onFollow(false);
    handle()?.toIndex(chosen() ?? 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = chosen();
    if (event.key === 'Enter' && at === null && event.target instanceof HTMLDivElement) move(handle()?.middle() ?? 0);
    else if (event.key === 'ArrowDown' && at !== null) move(at + 1);
    else if (event.key === 'ArrowUp' && at !== null) move(at - 1);
    else if (event.key === 'Escape' && at !== null) setChosen(null);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div
        class="log-window"
        ref={(element) => {
          place = element;
        }}
        style={{ '--lines': `${props.count * rowHeight()}px` }}
        onKeyDown={onKeyDown}
      >
        <VirtualList
          label={t().log.label}
          class="log-list"
          count={props.count}
          rowHeight={rowHeight()}
          follow={props.follow}
          handle={setHandle}
          onScroll={onScroll}
          movingRow={(index) => (
            <LogLine
              line={props.line(index())}
              find={props.find ?? ''}
              chosen={chosen() === index()}
              onChoose={() => setChosen(chosen() === index() ? null : index())}
            />
          )}
        />
        <Show when={!atEnd() || fresh() > 0}>
          <Button class="log-to-end" kind="primary" size="small" icon={<ArrowDown size={16} />} onClick={toEnd}>
            {fresh() > 0 ? t().log.newLines(fresh()) : t().log.toEnd}
          </Button>
        </Show>
      </div>
      <div role="status" class="log-detail-place">
        <Show when={chosen() !== null && props.line(chosen() ?? 0)}>
          {(line) => (
            <div class="log-detail">
              <div class="log-detail-head">
                <p class="small soft">
                  {t().log.lineOf(props.numberOf(chosen() ?? 0))}
                  {' · '}
                  {exactTime(line().timestamp)}
                  <Show when={line().level !== 'info'}>
                    {' · '}
                    <span data-level={line().level} class="log-detail-level">
                      <LevelIcon level={line().level} /> {t().log.levelOf[line().level]}
                    </span>
                  </Show>
                </p>
                <Show when={props.onShow}>
                  {(show) => (
                    <Button size="small" onClick={() => show()(props.numberOf(chosen() ?? 0))}>
                      {t().log.show}
                    </Button>
                  )}
                </Show>
                <IconButton label={t().log.closeLine} onClick={() => setChosen(null)}>
                  <X size={18} />
                </IconButton>
              </div>
              <CopyLine label={t().log.line} value={oneLine(line().message)} />
            </div>
          )}
        </Show>
      </div>
    </>
  );
}
