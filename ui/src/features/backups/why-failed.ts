import type { RunView } from '../../api/jobs.ts';
import { runsText } from '../../i18n/runs.ts';
import { language } from '../../lib/locale.ts';

/** Why a run failed. The box explains in English, with paths and numbers; other languages get the words of its reason. */
export const whyFailed = (run: RunView): string | null => {
  if (run.status !== 'failed') return null;
  const ofReason = run.reason === null ? runsText().report.unknown : runsText().reasons[run.reason].what;
  return (language() === 'en' ? run.error_message : null) ?? ofReason;
};
