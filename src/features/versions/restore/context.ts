import type { Batches } from './batches.ts';
import type { HashThreads } from './content.ts';
import type { RestoreJournal } from './journal.ts';
import type { RestoreEntry, RestorePolicy } from './model.ts';
import type { OldBytes } from './old-bytes.ts';
import type { Owners } from './owners.ts';
import type { Stops } from './stops.ts';
import type { Tally } from './tally.ts';

/** Named moments of a restore, in the order a file passes them; tests end the process there. */
export const restoreSteps = [
  'folder_made',
  'temp_made',
  'content_written',
  'attributes_set',
  'batch_synced',
  'placed',
  'batch_placed',
  'batch_flushed',
  'folder_dressed',
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** What the steps of one restore share. */
export interface Context {
  readonly policy: RestorePolicy;
  readonly dryRun: boolean;
  /** Of names where both are kept. */
  readonly stamp: string;
  readonly owners: Owners;
  readonly open: (one: RestoreEntry, signal: AbortSignal) => Promise<OldBytes | null>;
  readonly journal: RestoreJournal;
  /** Folders an earlier process made and did not finish. */
  readonly unfinished: ReadonlySet<string>;
  /** Finest time of change the target keeps. */
  readonly precisionNs: bigint;
  /** The target sets the time of change when a written file is closed, as filesystems behind FUSE do. */
  readonly timesAfterClose: boolean;
  readonly hashThreads: HashThreads;
  readonly stops: Stops;
  readonly tally: Tally;
  readonly batches: Batches;
  readonly step: (step: RestoreStep) => void;
}
