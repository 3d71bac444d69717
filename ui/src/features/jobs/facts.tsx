import { For, Show } from 'solid-js';
import type { JobView } from '../../api/jobs.ts';
import { Card } from '../../components/card.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { addressOf } from '../backups/words.ts';
import { drivesOf, optionsInWords } from './option-words.ts';

/** What a job is: its folders with where they land, its destination, its options in words. */
export function Facts(props: { job: JobView }) {
  const drives = () => drivesOf(props.job);
  const kind = () =>
    (t().job.kinds as Record<string, string>)[props.job.destination_type] ?? props.job.destination_type;
  return (
    <Card title={t().job.folders}>
      <dl class="facts">
        <div>
          <dt>{t().job.sources(props.job.source_dirs.length)}</dt>
          <dd>
            <ul class="facts-list">
              <For each={props.job.source_dirs}>
                {(source, index) => (
                  <li>
                    <span class="facts-main">{source}</span>
                    <Show when={props.job.landings[index()]}>
                      {(landing) => <span class="facts-note">{t().job.landing(landing())}</span>}
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </dd>
        </div>
        <div>
          <dt>{t().job.destination}</dt>
          <dd>
            <span class="facts-main">{addressOf(props.job)}</span>
            <span class="facts-note">{kind()}</span>
            <Show when={drives().length > 0}>
              <span class="facts-note">
                {drives().length === 1 ? t().job.drive(drives()[0] ?? '') : t().job.drives(drives())}
              </span>
            </Show>
          </dd>
        </div>
        <div>
          <dt>{t().job.options}</dt>
          <dd>
            <ul class="facts-list">
              <For each={optionsInWords(props.job)}>{(line) => <li>{line}</li>}</For>
            </ul>
          </dd>
        </div>
        <div>
          <dt>{t().job.changed}</dt>
          <dd>
            <RelativeTime iso={props.job.updated_at} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
