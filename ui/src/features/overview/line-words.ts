import type { AttentionKind } from '../../../../src/core/attention.ts';
import type { AttentionView } from '../../api/attention.ts';
import type { DestinationView } from '../../api/destinations.ts';
import type { RunView } from '../../api/jobs.ts';
import type { Overview } from '../../i18n/en/overview.ts';
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

/** `job:7:never-run` → `never-run`; a newer box may say what this page does not know. */
const kindOf = (id: string): string => id.slice(id.lastIndexOf(':') + 1);

interface Asked extends AboutLine {
  line: AttentionView;
}

/** Every kind the box may send, in the language of the page; null where it takes a name that is not known yet. */
const wordsOf: Record<AttentionKind, (asked: Asked) => LineWords | null> = {
  'never-run': named((name, say) => ({ title: say.never(name), text: say.neverText })),
  failed: named((name, say, { run, line }) => ({
    title: say.failed(name),
    text: (run && whyFailed(run)) ?? line.message,
  })),
  warnings: named((name, say, { run }) => ({
    title: say.warnings(name, run?.warning_count ?? null),
    text: say.warningsText,
  })),
  overdue: named((name, say, { line }) => ({ title: say.overdue(name), text: say.overdueText(dayOf(line.since)) })),
  'switched-off': named((name, say) => ({ title: say.off(name), text: say.offText })),
  absent: named((name, say, { line, destinations }) => {
    if (line.topic === 'drive') return { title: say.driveAway(name), text: say.driveAwayText };
    const place = destinations.find((one) => one.jobs.some((job) => job.id === line.job_id));
    return { title: say.placeAway(name), text: say.placeAwayText(place?.path ?? null) };
  }),
  'nearly-full': ({ line, destinations }) => {
    const say = overviewText().lines;
    const found = destinations.find((one) => line.id === `destination:${one.address}:nearly-full`);
    return found && found.free_bytes !== null && found.total_bytes !== null
      ? {
          title: say.full(found.path ?? readableAddress(found.address)),
          text: say.fullText(bytes(found.free_bytes), bytes(found.total_bytes)),
        }
      : null;
  },
  'signed-out': named((name, say) => ({ title: say.signedOut(name), text: say.signedOutText })),
  clock: () => ({ title: overviewText().lines.clock, text: overviewText().lines.clockText }),
};

/** For what is said of something with a name: a backup, or an account. */
function named(say: (name: string, words: Overview['lines'], asked: Asked) => LineWords) {
  return (asked: Asked): LineWords | null => {
    const name = asked.line.name ?? asked.jobName;
    return name === undefined ? null : say(name, overviewText().lines, asked);
  };
}

/** A thing that needs somebody, in the language of the page; what this page does not know is told in the words of the box. */
export function wordsOfLine(line: AttentionView, about: AboutLine): LineWords {
  const words = (wordsOf as Partial<Record<string, (asked: Asked) => LineWords | null>>)[kindOf(line.id)];
  return words?.({ ...about, line }) ?? split(line.message);
}

/** The first sentence, and the rest. */
function split(message: string): LineWords {
  const [, first, rest] = /^(.+?)[.] (.+)$/s.exec(message) ?? [];
  return first === undefined || rest === undefined ? { title: message, text: null } : { title: first, text: rest };
}
