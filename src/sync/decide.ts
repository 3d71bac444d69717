import type { Capabilities, Entry, HashKind } from '../storage/driver.ts';
import { canHash } from './hashes.ts';
import type { JournalRow, RemoteState } from './journal.ts';

/** What a source's file looks like, as far as it matters here. */
export interface FileState {
  size: number;
  mtimeNs: bigint;
  ctimeNs: bigint;
  ino: bigint;
}

/** Why a file is sent. `drifted`: what we had put there is gone, or is another file by now. */
export type UploadReason = 'new' | 'changed' | 'drifted';

export type Decision =
  | { do: 'unchanged' }
  | { do: 'upload'; why: UploadReason }
  /** It is there already: what the service says of it is noted, nothing is sent. */
  | { do: 'adopt' }
  /** The content has to be read to know: the same is noted (and counts as `same` says), another is sent. */
  | { do: 'compare'; kind: HashKind; hex: string; same: 'unchanged' | 'attributes'; why: UploadReason }
  | { do: 'problem'; message: string };

export interface DecideInput {
  source: FileState;
  row: JournalRow | null;
  /** What lies there under this name. */
  there: Entry | null;
  /** Distrust equal sizes and times. */
  checksum: boolean;
  capabilities: Pick<Capabilities, 'mtimePrecisionNs' | 'maxFileBytes'>;
}

const closer = (a: bigint, b: bigint, than: bigint): boolean => {
  const apart = a > b ? a - b : b - a;
  return apart === 0n || apart < than;
};

/** Is what a listing shows another thing than what was noted. The surest sign both have decides. */
function isDrifted(noted: RemoteState, there: Entry, precisionNs: bigint | null): boolean {
  if (noted.size !== there.size) return true;
  if (noted.tag !== null && there.tag !== null) return noted.tag !== there.tag;
  if (noted.hash && there.hash && noted.hash.kind === there.hash.kind) return noted.hash.hex !== there.hash.hex;
  if (noted.mtimeNs !== null && there.mtimeNs !== null)
    return !closer(noted.mtimeNs, there.mtimeNs, precisionNs ?? 1_000_000_000n);
  return false;
}

/**
 * What is to be done about one file of the source: a function of what it looks like now, what is noted of it, and what
 * the destination shows. Equal sizes alone never make two files the same.
 */
export function decide({ source, row, there, checksum, capabilities }: DecideInput): Decision {
  const { maxFileBytes, mtimePrecisionNs } = capabilities;
  if (there && there.kind !== 'file')
    return { do: 'problem', message: 'Something that is no file has this name at the destination; it was left alone.' };
  if (maxFileBytes !== null && source.size > maxFileBytes)
    return { do: 'problem', message: `has ${source.size} bytes; this destination takes files up to ${maxFileBytes}` };
  if (!there) return { do: 'upload', why: row ? 'drifted' : 'new' };
  if (row) {
    if (isDrifted(row.remote, there, mtimePrecisionNs)) {
      const why = source.size !== row.size || source.mtimeNs !== row.mtimeNs ? 'changed' : 'drifted';
      // Perhaps it is what we sent when the answer was lost. A time proves nothing here any more.
      if (source.size === there.size && there.hash && canHash(there.hash.kind))
        return { do: 'compare', ...there.hash, same: 'unchanged', why };
      return { do: 'upload', why };
    }
    return decideKnown(source, row, there, checksum);
  }
  return decideFound(source, there, checksum, mtimePrecisionNs);
}

/** There is what we put there. */
function decideKnown(source: FileState, row: JournalRow, there: Entry, checksum: boolean): Decision {
  if (source.size !== row.size) return { do: 'upload', why: 'changed' };
  const sameTime = source.mtimeNs === row.mtimeNs;
  const touched =
    (row.ctimeNs !== null && row.ctimeNs !== source.ctimeNs) || (row.ino !== null && row.ino !== source.ino);
  if (sameTime && !(checksum && (touched || row.sha256 === null))) return { do: 'unchanged' };
  // Reading a file costs less than sending it.
  const same = sameTime ? 'unchanged' : 'attributes';
  if (row.sha256 !== null) return { do: 'compare', kind: 'sha256', hex: row.sha256, same, why: 'changed' };
  if (there.hash && canHash(there.hash.kind)) return { do: 'compare', ...there.hash, same, why: 'changed' };
  return { do: 'upload', why: 'changed' };
}

/** Something is there that nobody noted: the first run into a filled place, or a lost journal. */
function decideFound(source: FileState, there: Entry, checksum: boolean, precisionNs: bigint | null): Decision {
  if (source.size !== there.size) return { do: 'upload', why: 'changed' };
  if (source.size === 0) return { do: 'adopt' };
  const sameTime = precisionNs !== null && there.mtimeNs !== null && closer(source.mtimeNs, there.mtimeNs, precisionNs);
  if (sameTime && !checksum) return { do: 'adopt' };
  if (there.hash && canHash(there.hash.kind))
    return { do: 'compare', ...there.hash, same: 'unchanged', why: 'changed' };
  return { do: 'upload', why: 'changed' };
}
