/*
 * What lies in `.dynamight/manifests/<version key>.jsonl.zst`: one JSON document a line, first the head, then one entry
 * per path in the order of the path's bytes, last the end. A manifest is written once and never changed, and must stay
 * readable for ever: fields may be added, none may change its meaning.
 */

export const manifestFormat = 1;
/** Longest line, without its end. A path takes 24 KiB of it at the worst, so that attributes have the rest. */
export const maxLineBytes = 1024 * 1024;
/** Extended attributes of one entry, names and base64 together; who reads them from a source leaves larger ones out. */
export const maxXattrLength = 768 * 1024;

export type VersionStatus = 'completed' | 'partial';
export type EntryType = 'file' | 'dir' | 'link' | 'other';

/** First line. Times are `2026-01-05T02:00:00Z`. */
export interface ManifestHead {
  manifest: 1;
  version: string;
  /** Key of the version before; null for the first, also for the first after history was switched on again. */
  previous: string | null;
  /** UUID. */
  job: string;
  job_name: string;
  destination_id: string;
  appliance: { id: string; name: string };
  started_at: string;
  completed_at: string;
  status: VersionStatus;
  /** Landing → source folder. */
  landings: Record<string, string>;
}

/** A line between. What does not apply is left out; of two spellings (`x`, `x_b64`) the second is for what is not UTF-8. */
export interface ManifestEntry {
  /** `<landing>/<path in the source>`; the landing itself is an entry too. */
  path?: string;
  path_b64?: string;
  type: EntryType;
  /** Bytes; files only. */
  size?: number;
  /** Seconds since 1970, a point, nine digits. */
  mtime?: string;
  /** Octal, with a leading 0: `0640`, `04755`. */
  mode?: string;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
  /** Of a link, as it was written. */
  target?: string;
  target_b64?: string;
  /** Path of the first entry that is the same file; size, hash and times are told here all the same. */
  hard_link?: string;
  hard_link_b64?: string;
  /** Name → base64 of the value. */
  xattr?: Record<string, string>;
  /** Of the content as it lies at the destination, hex; null while nobody has read it there. Files only. */
  sha256?: string | null;
  /** Path at the destination (from its root, like `path`), only where that is another one. */
  stored_as?: string;
  stored_as_b64?: string;
}

/** Last line; without it the manifest was not written to its end and counts for nothing. */
export interface ManifestEnd {
  end: true;
  entries: number;
}

/** A version, inside the program. Times are milliseconds since 1970. */
export interface VersionHead {
  version: string;
  previous: string | null;
  jobUuid: string;
  jobName: string;
  destinationId: string;
  appliance: { id: string; name: string };
  startedAt: number;
  completedAt: number;
  status: VersionStatus;
  landings: readonly { landing: string; source: string }[];
}

/**
 * An entry, inside the program. Paths are `<landing>/<path>`, one latin1 character per byte, as everywhere in `sync`:
 * JavaScript's own `<` is the order of the manifest. null: not known, or not of this kind.
 */
export interface VersionEntry {
  path: string;
  type: EntryType;
  /** Bytes; 0 but for files. */
  size: number;
  mtimeNs: bigint | null;
  /** Permission bits with setuid, setgid and sticky (07777). */
  mode: number | null;
  uid: number | null;
  gid: number | null;
  user: string | null;
  group: string | null;
  /** Bytes as latin1. */
  target: string | null;
  /** Path of the first entry that is the same file, as `path`. */
  hardLink: string | null;
  /** Name → base64. */
  xattr: Readonly<Record<string, string>> | null;
  /** Hex. */
  sha256: string | null;
  /** Path at the destination where it is not `path`, as `path`. */
  storedAs: string | null;
}

/** An entry of which only path and type are known. */
export const bareEntry = (path: string, type: EntryType): VersionEntry => ({
  path,
  type,
  size: 0,
  mtimeNs: null,
  mode: null,
  uid: null,
  gid: null,
  user: null,
  group: null,
  target: null,
  hardLink: null,
  xattr: null,
  sha256: null,
  storedAs: null,
});

/** Why a manifest cannot be used, in words for people; the message names the line where there is one. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}
