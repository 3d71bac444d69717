import type { RunView } from '../../api/jobs.ts';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { t } from '../../i18n/base.ts';
import { phaseOf } from './words.ts';
import './run-progress.css';

type Progress = NonNullable<RunView['progress']>;

/** How far by bytes, else by files; undefined while the total is not known. */
export function shareOf(progress: Progress | null | undefined): number | undefined {
  if (!progress) return undefined;
  if (progress.bytes_total) return Math.min(1, progress.bytes / progress.bytes_total);
  if (progress.files_total) return Math.min(1, progress.files / progress.files_total);
  return undefined;
}

/** Without a total, the box goes by how long such runs took. */
export const isGuess = (progress: Progress): boolean => progress.bytes_total === null;

function factsOf(progress: Progress): string[] {
  const { files, files_total, bytes, bytes_total, rate_bytes_per_second, eta_seconds } = progress;
  const said = [files_total === null ? t().job.files(files) : t().job.filesOf(files, files_total)];
  if (bytes_total !== null && bytes_total > 0) said.push(t().job.bytesOf(bytes, bytes_total));
  if (rate_bytes_per_second) said.push(t().job.rate(rate_bytes_per_second));
  if (eta_seconds !== null && eta_seconds > 0)
    said.push(isGuess(progress) ? t().job.leftAbout(eta_seconds) : t().job.left(eta_seconds));
  return said;
}

/** A run at work: phase, bar, numbers. The bar moves without a value until the total is known. */
export function RunProgress(props: { name: string; run: RunView | undefined }) {
  const progress = () => props.run?.progress;
  return (
    <div class="run-progress">
      <p class="run-progress-phase">{props.run ? phaseOf(props.run) : t().job.running}</p>
      <p class="run-progress-facts">{progress() ? factsOf(progress() as Progress).join(' · ') : ''}</p>
      <ProgressBar share={shareOf(progress())} label={t().job.progressOf(props.name)} />
    </div>
  );
}
