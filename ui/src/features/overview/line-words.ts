import type { AttentionView } from '../../api/attention.ts';
import type { DestinationView } from '../../api/destinations.ts';
import type { RunView } from '../../api/jobs.ts';
import { overviewText } from '../../i18n/overview.ts';
import { bytes, dayOf } from '../../lib/format.ts';
import { readableAddress } from '../backups/remote-address.ts';
import { whyFailed } from '../backups/why-failed.ts';

export interface LineWords {
  title: string;
  text: string | null;
}

export interface AboutLine {
  jobName: string | undefined;
  run: RunView | undefined;
  destinations: readonly DestinationView[];
}

/** `job:7:never-run` → `never-run`. */
const kindOf = (id: string): string => id.slice(id.lastIndexOf(':') + 1);

/** A thing that needs somebody, in the language of the page; what this page does not know is told in the words of the box. */
export function wordsOfLine(line: AttentionView, { jobName: name, run, destinations }: AboutLine): LineWords {
  const say = overviewText().lines;
  const kind = kindOf(line.id);
  if (kind === 'nearly-full') {
    const found = destinations.find((one) => line.id === `destination:${one.address}:nearly-full`);
    if (found && found.free_bytes !== null && found.total_bytes !== null)
      return {
        title: say.full(found.path ?? readableAddress(found.address)),
        text: say.fullText(bytes(found.free_bytes), bytes(found.total_bytes)),
      };
  }
  if (kind === 'clock') return { title: say.clock, text: say.clockText };
  if (name === undefined) return split(line.message);
  switch (kind) {
    case 'never-run':
      return { title: say.never(name), text: say.neverText };
    case 'failed':
      return { title: say.failed(name), text: (run && whyFailed(run)) ?? line.message };
    case 'warnings':
      return { title: say.warnings(name, run?.warning_count ?? null), text: say.warningsText };
    case 'overdue':
      return { title: say.overdue(name), text: say.overdueText(dayOf(line.since)) };
    case 'switched-off':
      return { title: say.off(name), text: say.offText };
    case 'absent': {
      const place = destinations.find((one) => one.jobs.some((job) => job.id === line.job_id));
      return line.topic === 'drive'
        ? { title: say.driveAway(name), text: say.driveAwayText }
        : { title: say.placeAway(name), text: say.placeAwayText(place?.path ?? null) };
    }
    default:
      return split(line.message);
  }
}

/** The first sentence, and the rest. */
function split(message: string): LineWords {
  const [, first, rest] = /^(.+?)[.] (.+)$/s.exec(message) ?? [];
  return first === undefined || rest === undefined ? { title: message, text: null } : { title: first, text: rest };
}
