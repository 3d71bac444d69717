import Pause from 'lucide-solid/icons/pause';
import Play from 'lucide-solid/icons/play';
import { createEffect, createSignal, on, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { createLogStream } from '../../live/log-stream.ts';
import { LogLines } from './log-lines.tsx';

/** All lines of a log, or those of one level, and the new ones as they come. */
export function WholeLog(props: {
  runId: number;
  active: boolean;
  level: 'warning' | 'error' | undefined;
  goTo: { index: number } | null;
  /** Offered where only some lines are shown. */
  onShow: (number: number) => void;
}) {
  const stream = createLogStream({
    runId: props.runId,
    active: () => props.active,
    ...(props.level ? { level: props.level } : {}),
  });
  const [follow, setFollow] = createSignal(true);
  createEffect(
    on(
      () => props.goTo,
      (to) => to && setFollow(false),
    ),
  );
  const empty = () => {
    if (props.level) return t().log.none[props.level];
    return stream.live() ? t().log.emptyLive : t().log.empty;
  };
  return (
    <>
      <div class="log-state">
        <p class="small soft" role="status">
          {stream.failed() ? t().log.failed : stream.live() && follow() ? t().log.following : ''}
        </p>
        <p class="small soft log-total">{stream.ready() ? t().log.total(stream.total()) : t().log.loading}</p>
        <Show when={stream.live()}>
          <Button
            kind="quiet"
            size="small"
            class="log-follow"
            icon={
              <Show when={follow()} fallback={<Play size={16} />}>
                <Pause size={16} />
              </Show>
            }
            onClick={() => setFollow(!follow())}
          >
            {follow() ? t().log.pause : t().log.follow}
          </Button>
        </Show>
      </div>
      <Show
        when={stream.ready() && stream.total() > 0}
        fallback={
          <div class="log-window log-nothing">
            <Show when={stream.ready()} fallback={<Skeleton lines={6} />}>
              <p class="soft">{empty()}</p>
            </Show>
          </div>
        }
      >
        <LogLines
          count={stream.total()}
          line={stream.at}
          numberOf={(index) => stream.at(index)?.id ?? index + 1}
          onShow={props.level && props.onShow}
          follow={follow()}
          onFollow={setFollow}
          goTo={props.goTo}
        />
      </Show>
    </>
  );
}
