import type { VersionStatus } from './manifest.ts';

/** A version in the catalogue. Times are milliseconds since 1970. */
export interface Version {
  key: string;
  previous: string | null;
  status: VersionStatus;
  jobName: string;
  appliance: { id: string; name: string };
  landings: readonly { landing: string; source: string }[];
  startedAt: number;
  completedAt: number;
  /** When a later run last found nothing changed. */
  confirmedAt: number | null;
  runUuid: string | null;
  /** Regular files and their bytes. */
  files: number;
  bytes: number;
  pinned: boolean;
  /** Later changes left no old copies: what is not there any more cannot be brought back. */
  closed: boolean;
}
