import CircleX from 'lucide-solid/icons/circle-x';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { For, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { runsText as t } from '../../i18n/runs.ts';
import { clockTime } from '../../lib/format.ts';
import type { LogLine as Line } from '../../live/log-stream.ts';
import { cutAtFinds, oneLine } from './run-words.ts';

const icons = { warning: TriangleAlert, error: CircleX };

/** One line of a log: text and nothing but text, whatever a file is called. Empty while it is on its way. */
export function LogLine(props: { line: Line | undefined; find?: string; chosen: boolean; onChoose: () => void }) {
  return (
    <Show when={props.line} fallback={<span class="log-line" data-coming="" />}>
      {(line) => (
        // With the keyboard lines are chosen from the list itself.
        <button
          type="button"
          class="log-line"
          tabindex="-1"
          data-level={line().level}
          data-chosen={props.chosen ? '' : undefined}
          onClick={() => props.onChoose()}
        >
          <time class="log-time" datetime={line().timestamp}>
            {clockTime(line().timestamp)}
          </time>
          <LevelIcon level={line().level} />
          <bdi class="log-text" dir="ltr">
            <Show when={props.find} fallback={oneLine(line().message)}>
              {(find) => (
                <For each={cutAtFinds(oneLine(line().message), find())}>
                  {(piece, at) => (at() % 2 === 1 ? <mark>{piece}</mark> : piece)}
                </For>
              )}
            </Show>
          </bdi>
        </button>
      )}
    </Show>
  );
}

/** Nothing for plain information; a sign and its word for the rest. */
export function LevelIcon(props: { level: Line['level'] }) {
  const notable = () => (props.level === 'info' ? undefined : props.level);
  return (
    <Show when={notable()} fallback={<span class="log-level" />}>
      {(level) => (
        <span class="log-level">
          <Dynamic component={icons[level()]} size={15} aria-hidden="true" />
          <span class="hidden">{t().log.levelOf[level()]}: </span>
        </span>
      )}
    </Show>
  );
}
