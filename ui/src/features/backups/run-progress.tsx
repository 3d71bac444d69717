import { Show } from 'solid-js';
import type { RunView } from '../../api/jobs.ts';
import { text } from '../../lib/text.ts';

type Progress = NonNullable<RunView['progress']>;

/** How far by bytes, else by files; undefined while the total is not known. */
function shareOf(progress: Progress | null | undefined): number | undefined {
  if (!progress) return undefined;
  if (progress.bytes_total) return Math.min(1, progress.bytes / progress.bytes_total);
  if (progress.files_total) return Math.min(1, progress.files / progress.files_total);
  return undefined;
}

function factsOf(progress: Progress): string[] {
  const { files, files_total, bytes, bytes_total, rate_bytes_per_second, eta_seconds } = progress;
  const said = [files_total === null ? text.job.files(files) : text.job.filesOf(files, files_total)];
  if (bytes_total !== null && bytes_total > 0) said.push(text.job.bytesOf(bytes, bytes_total));
  if (rate_bytes_per_second) said.push(text.job.rate(rate_bytes_per_second));
  if (eta_seconds !== null && eta_seconds > 0) said.push(text.job.left(eta_seconds));
  return said;
}

/** A run at work: phase, bar, numbers. The bar moves without a value until the total is known. */
export function RunProgress(props: { name: string; run: RunView | undefined }) {
  const progress = () => props.run?.progress;
  return (
    <>
      <Show
        when={shareOf(progress()) !== undefined}
        fallback={<progress data-moving="" aria-label={text.job.progressOf(props.name)} />}
      >
        <progress max={1} value={shareOf(progress())} aria-label={text.job.progressOf(props.name)} />
      </Show>
      <p class="job-state">
        <span>{text.job.phase[props.run?.phase ?? ''] ?? text.job.running}</span>
        <Show when={progress()}>{(known) => <span class="job-facts">{factsOf(known()).join(' · ')}</span>}</Show>
      </p>
    </>
  );
}
