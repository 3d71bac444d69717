import type { Marker } from '../marker.ts';
import type { SyncOptions } from '../model.ts';
import type { Mover } from '../movers/mover.ts';
import type { CheckedSource } from '../sources.ts';

/** What a mover is made for. */
export interface MoverOrder {
  sources: readonly CheckedSource[];
  options: SyncOptions;
  /** Names this attempt; null looks only. */
  versionKey: string | null;
  /** Of the destination's marker; null where it is to be made still, and nothing is known of it. */
  destinationId: string | null;
}

/**
 * Where a job writes, opened: a folder held open, or a storage service. Every method throws RunStop for what stops a
 * run, in words for people.
 */
export interface Site {
  /** As people know it. */
  root: string;
  /** The root as a real path of this machine (to be made still, perhaps); null elsewhere. */
  localRoot: string | null;
  filesystemUuid: string | null;
  /** Nothing can be written there. */
  readOnly: boolean;
  /** Its mover looks ahead before every run; elsewhere only where a guard needs it. */
  alwaysPlanned: boolean;
  /**
   * Where the run itself looks up every file its mover wrote, and whether times there are those of the sources. null: the
   * mover tells only of files the service itself has proven.
   */
  lookUp: { path: string; exactTimes: boolean } | null;
  /** Throws when the path no longer leads to what was opened: pulled out, unmounted, mounted over. */
  check(): void;
  /** null: nobody says. */
  freeBytes(signal: AbortSignal): Promise<number | null>;
  /** null: there is none. */
  readMarker(signal: AbortSignal): Promise<Marker | null>;
  /** Throws when something that is no folder lies where a landing is to be. */
  checkLandings(landings: readonly string[]): void;
  /** Makes what is missing of the root. The result takes the place of this one. */
  make(): Promise<Site>;
  /** The marker, on the medium, and what every run needs beside it; then the landings. */
  claim(marker: Marker, landings: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes temporary files of attempts that broke off, and answers how many. */
  sweep(sources: readonly CheckedSource[], sinceMs: number, signal: AbortSignal): Promise<number>;
  /** After a whole run: ends what nobody has gone on with for days. Best effort, never throws; answers how much. */
  tidy(sources: readonly CheckedSource[], signal: AbortSignal): Promise<number>;
  mover(order: MoverOrder): Mover;
  close(): Promise<void>;
}
