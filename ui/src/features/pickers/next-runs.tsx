import { createEffect, createSignal, Index, on, onCleanup, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { previewSchedule, type ScheduleBody, type SchedulePreview } from '../../api/schedules.ts';
import { pickersText as t } from '../../i18n/pickers.ts';
import { problemOf } from '../../lib/problem.ts';
import { createNow } from '../../lib/time.ts';
import { momentWords } from './schedule-words.ts';

const settleMs = 300;
const readersZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The next three times of a schedule, as the box reckons them; keeps its height, so that nothing jumps. */
export function NextRuns(props: { schedule: ScheduleBody }) {
  const now = createNow(60_000);
  const [answer, setAnswer] = createSignal<SchedulePreview | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  onCleanup(() => {
    clearTimeout(timer);
    asked = -1;
  });
  const ask = async (schedule: ScheduleBody, mine: number) => {
    try {
      const next = await previewSchedule(schedule);
      if (asked !== mine) return;
      setAnswer(next);
      setProblem(null);
    } catch (thrown) {
      const { status, message } = asApiError(thrown);
      if (asked !== mine) return;
      setAnswer(null);
      setProblem(status === 400 ? problemOf(message).message : `${t().schedule.notNow} ${message}`);
    }
  };
  createEffect(
    on(
      () => JSON.stringify(props.schedule),
      (body, before) => {
        clearTimeout(timer);
        const mine = (asked += 1);
        const go = () => void ask(JSON.parse(body) as ScheduleBody, mine);
        if (before === undefined) go();
        else timer = setTimeout(go, settleMs);
      },
    ),
  );
  const zone = () => answer()?.timezone ?? 'UTC';
  return (
    <div class="next-runs" role="status">
      <Show when={!problem()} fallback={<p class="picker-error">{problem()}</p>}>
        <p class="label">{t().schedule.next}</p>
        <Show when={answer()} fallback={<p class="soft">{t().schedule.looking}</p>}>
          {(known) => (
            <ol>
              <Index each={known().next_runs}>
                {(at) => (
                  <li>
                    <time datetime={at()}>{momentWords(at(), now(), zone())}</time>
                  </li>
                )}
              </Index>
            </ol>
          )}
        </Show>
        <Show when={answer() && zone() !== readersZone}>
          <p class="field-note">{t().schedule.zone(zone())}</p>
        </Show>
      </Show>
    </div>
  );
}
