import { A } from '@solidjs/router';
import { createMemo, For, Show } from 'solid-js';
import type { Asked } from '../../api/asked.ts';
import type { AttentionView } from '../../api/attention.ts';
import type { DestinationView } from '../../api/destinations.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Dot } from '../../components/status-pill.tsx';
import { t as base } from '../../i18n/base.ts';
import { overviewText as t } from '../../i18n/overview.ts';
import { useLive } from '../../live/live.ts';
import { wayOutOfLine } from '../backups/way-out.ts';
import { wordsOfLine } from './line-words.ts';
import { createShown } from './shown.tsx';

/** What needs somebody, worst first, each with the way to it. Takes no room when all is well. */
export function Needs(props: { asked: Asked<AttentionView[]>; destinations: readonly DestinationView[] }) {
  const lines = () => props.asked.value() ?? [];
  const shown = createShown(lines, 5);
  return (
    <>
      <Show when={props.asked.problem()}>
        {(why) => (
          <Notice
            mood="warn"
            title={t().needs.failed}
            actions={
              <Button kind="quiet" size="small" onClick={() => void props.asked.again()}>
                {base().actions.retry}
              </Button>
            }
          >
            <p>{why()}</p>
          </Notice>
        )}
      </Show>
      <Show when={lines().length > 0}>
        <Card title={t().needs.title} class="needs">
          <ul class="needs-list">
            <For each={shown.rows()}>{(line) => <Line line={line} destinations={props.destinations} />}</For>
          </ul>
          <shown.More label={t().needs.more} />
        </Card>
      </Show>
    </>
  );
}

function Line(props: { line: AttentionView; destinations: readonly DestinationView[] }) {
  const live = useLive();
  const job = () => (props.line.job_id === undefined ? undefined : live.jobOf(props.line.job_id));
  const run = () => {
    const last = props.line.job_id === undefined ? undefined : live.lastRunOf(props.line.job_id);
    return last?.id === props.line.run_id ? last : undefined;
  };
  const words = createMemo(() =>
    wordsOfLine(props.line, { jobName: job()?.name, run: run(), destinations: props.destinations }),
  );
  return (
    <li class="need" data-mood={props.line.level === 'error' ? 'bad' : 'warn'}>
      <Dot mood={props.line.level === 'error' ? 'bad' : 'warn'} />
      <div class="need-text">
        <p class="need-title">
          <span>{words().title}</span>{' '}
          <span class="soft small">
            <RelativeTime iso={props.line.since} />
          </span>
        </p>
        <Show when={words().text}>
          <p class="need-more">{words().text}</p>
        </Show>
      </div>
      <Show when={way(props.line)}>
        {(to) => (
          <A class="need-way" href={to().href} aria-label={`${to().label}: ${words().title}`}>
            {to().label}
          </A>
        )}
      </Show>
    </li>
  );
}

/** Where it is put right. A finding that may be overruled is shown, with the way to do so, at its run. */
function way(line: AttentionView): { href: string; label: string } | null {
  if (line.run_id !== undefined)
    return { href: `/runs/${line.run_id}`, label: line.confirm === undefined ? t().needs.run : t().needs.decide };
  if (line.job_id !== undefined) return { href: `/jobs/${line.job_id}`, label: t().needs.job };
  return wayOutOfLine(line);
}
