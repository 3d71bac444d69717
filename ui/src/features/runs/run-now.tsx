import { createMemo, Show } from 'solid-js';
import type { RunView } from '../../api/runs.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Stat } from '../../components/stat.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { about, bytes, count, duration, percent } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { isGuess, shareOf } from '../backups/run-progress.tsx';
import { phaseOf } from '../backups/words.ts';

/** A run at work: what it does, how far it is, how fast and how long still. Every number has its place from the start. */
export function RunNow(props: { run: RunView }) {
  const now = createNow(1000);
  const progress = () => props.run.progress;
  const share = () => shareOf(progress());
  const elapsed = () => {
    const start = props.run.started_at;
    return start === null ? '–' : duration(Math.max(0, Math.floor((now() - Date.parse(start)) / 1000)));
  };
  // A guess goes on while nothing moves: the box tells it anew only with the next file.
  const guessed = createMemo(() => {
    const told = progress();
    return told && told.eta_seconds !== null && isGuess(told) ? { seconds: told.eta_seconds, at: Date.now() } : null;
  });
  const left = () => {
    const guess = guessed();
    if (guess) return about(Math.max(0, guess.seconds - Math.max(0, now() - guess.at) / 1000));
    const seconds = progress()?.eta_seconds;
    if (seconds === null || seconds === undefined) return '–';
    return seconds > 0 ? duration(seconds) : t().run.noneLeft;
  };
  const rate = () => {
    const perSecond = progress()?.rate_bytes_per_second;
    return perSecond ? t().run.rateOf(perSecond) : '–';
  };
  const waits = () => props.run.status === 'pending' || props.run.phase === 'waiting';
  return (
    <Card class="run-now">
      <div class="run-now-head">
        <h2 aria-live="polite">{phaseOf(props.run)}</h2>
        <p class="run-now-share" aria-hidden="true">
          {share() === undefined ? '' : percent(share() ?? 0)}
        </p>
      </div>
      <ProgressBar share={share()} label={base().job.progressOf(props.run.job_name)} />
      <p class="run-now-file" title={progress()?.current ?? undefined}>
        <Show when={progress()?.current} fallback={'\u00a0'}>
          {(file) => (
            <>
              <span class="hidden">{t().run.currentFile} </span>
              <bdi>{file()}</bdi>
            </>
          )}
        </Show>
      </p>
      <dl class="stats run-now-stats">
        <Stat
          label={props.run.dry_run ? t().report.would : t().run.copied}
          note={known(progress()?.files_total, t().run.ofFiles)}
        >
          {count(progress()?.files ?? 0)}
        </Stat>
        <Stat label={t().run.size} note={known(progress()?.bytes_total, t().run.ofBytes)}>
          {bytes(progress()?.bytes ?? 0)}
        </Stat>
        <Stat label={t().run.rate}>{rate()}</Stat>
        <Stat label={t().run.left}>{left()}</Stat>
        <Stat label={t().run.elapsed}>{elapsed()}</Stat>
      </dl>
      <Show when={waits()}>
        <Notice>
          <p>{t().run.waitingText}</p>
        </Notice>
      </Show>
      <Show when={props.run.dry_run}>
        <Notice>
          <p>{t().run.dryText}</p>
        </Notice>
      </Show>
    </Card>
  );
}

const known = (total: number | null | undefined, say: (n: number) => string) =>
  total === null || total === undefined ? t().run.unknown : say(total);
