import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js';
import { searchLog } from '../../api/runs.ts';
import { Button } from '../../components/button.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { createPolling } from '../../lib/time.ts';
import { LogLines } from './log-lines.tsx';
import { createSearchWalk, type Found } from './search-walk.ts';

const againMs = 1500;
const neverMs = 2 ** 31 - 1;

/** The lines that hold a text, with an honest word on what was searched. While the run goes on, new ones are looked at too. */
export function FoundLines(props: {
  runId: number;
  active: boolean;
  text: string;
  level: 'warning' | 'error' | undefined;
  onShow: (number: number) => void;
}) {
  const [found, setFound] = createSignal<Found>({ lines: [], searched: 0, total: 0, state: 'searching' });
  const [follow, setFollow] = createSignal(false);
  const walk = createSearchWalk(
    (offset) => searchLog(props.runId, { text: props.text, level: props.level, offset }),
    setFound,
  );
  onCleanup(walk.close);
  const onward = () => found().state === 'searching' || found().state === 'whole';
  const look = createPolling(
    () => (onward() ? walk.walk() : Promise.resolve()),
    () => (props.active ? againMs : neverMs),
  );
  createEffect(on(() => props.active, look, { defer: true })); // the last lines
  const sentence = () => {
    const { lines, searched, total, state } = found();
    const say = t().log;
    if (state === 'failed') return say.searchFailed(searched);
    if (state === 'stopped') return say.stopped(lines.length, searched, total);
    if (state === 'full') return say.capped(lines.length, searched, total);
    if (state === 'searching') return say.searching(lines.length, searched, total);
    return props.active ? say.foundSoFar(lines.length, total) : say.found(lines.length, total);
  };
  return (
    <>
      <div class="log-state">
        <p class="small soft" role="status">
          {sentence()} {props.level ? t().log.onlyLevel[props.level] : ''}
        </p>
        <Show when={found().state === 'searching' && found().total > 0}>
          <Button kind="quiet" size="small" onClick={() => walk.stop()}>
            {t().log.stop}
          </Button>
        </Show>
        <Show when={found().state === 'stopped' || found().state === 'failed'}>
          <Button kind="quiet" size="small" onClick={() => void walk.walk()}>
            {t().log.goOn}
          </Button>
        </Show>
      </div>
      <Show when={found().lines.length > 0} fallback={<div class="log-window log-nothing" />}>
        <LogLines
          count={found().lines.length}
          line={(index) => found().lines[index]}
          numberOf={(index) => found().lines[index]?.id ?? 0}
          follow={follow()}
          still
          onFollow={setFollow}
          find={props.text}
          onShow={props.onShow}
        />
      </Show>
    </>
  );
}
