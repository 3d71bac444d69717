import type { RunView } from '../../api/runs.ts';
import { runsText } from '../../i18n/runs.ts';

/** Where something is put right. */
export interface WayOut {
  href: string;
  label: string;
}

/** Where keys and passwords are, and accounts are signed in again. */
const credentials = '/settings/credentials';

/** Where what stopped a run at a service is put right; null where that is nothing of this page. */
export function wayOut({ status, reason, job_id: job }: Pick<RunView, 'status' | 'reason' | 'job_id'>): WayOut | null {
  if (status !== 'failed') return null;
  const { wayOut: say } = runsText().report;
  switch (reason) {
    case 'host_key_changed':
    case 'certificate_changed':
      // The editor looks at once, and shows what the server showed.
      return { href: `/jobs/${job}/edit?test=now`, label: say.look };
    case 'auth_expired':
      return { href: credentials, label: say.signIn };
    case 'auth_failed':
      return { href: credentials, label: say.credentials };
    default:
      return null;
  }
}

/** The same of a line of `GET /api/attention` that is about credentials (`credential:7:signed-out`). */
export const wayOutOfLine = ({ id }: { id: string }): WayOut | null =>
  /^credential:\d+:/.test(id) ? { href: credentials, label: runsText().report.wayOut.signIn } : null;
