import { bytesOf, textOf } from '../../sync/names.ts';
import {
  bareEntry,
  type EntryType,
  type ManifestEntry,
  ManifestError,
  type ManifestHead,
  manifestFormat,
  type VersionEntry,
  type VersionHead,
} from './manifest.ts';

const nanosPerSecond = 1_000_000_000n;
/** What a signed 64-bit number of nanoseconds holds: the years 1678 to 2262. */
const largestNs = 2n ** 63n - 1n;

/** Nanoseconds since 1970 as `<seconds>.<nine digits>`, a plain decimal number also before 1970. */
export function timeText(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  return `${ns < 0n ? '-' : ''}${size / nanosPerSecond}.${String(size % nanosPerSecond).padStart(9, '0')}`;
}

/** The way back; null where it is no such text. */
export function nanosOf(text: string): bigint | null {
  const parts = /^(-?)(\d{1,12})\.(\d{9})$/.exec(text);
  if (!parts) return null;
  const size = BigInt(parts[2] as string) * nanosPerSecond + BigInt(parts[3] as string);
  return size > largestNs ? null : parts[1] === '-' ? -size : size;
}

const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const wireHead = (head: VersionHead): ManifestHead => ({
  manifest: manifestFormat,
  version: head.version,
  previous: head.previous,
  job: head.jobUuid,
  job_name: head.jobName,
  destination_id: head.destinationId,
  appliance: { id: head.appliance.id, name: head.appliance.name },
  started_at: stamp(head.startedAt),
  completed_at: stamp(head.completedAt),
  status: head.status,
  landings: Object.fromEntries(head.landings.map(({ landing, source }) => [landing, source])),
});

/** One field in the spelling its bytes allow. */
function put(wire: ManifestEntry, field: 'path' | 'target' | 'hard_link' | 'stored_as', bytes: string): void {
  const text = textOf(bytes);
  if (text === null) wire[`${field}_b64`] = Buffer.from(bytes, 'latin1').toString('base64');
  else wire[field] = text;
}

export function wireEntry(entry: VersionEntry): ManifestEntry {
  const wire = {} as ManifestEntry; // built in the order people read it in
  put(wire, 'path', entry.path);
  wire.type = entry.type;
  if (entry.type === 'file') wire.size = entry.size;
  if (entry.mtimeNs !== null) wire.mtime = timeText(entry.mtimeNs);
  if (entry.mode !== null) wire.mode = `0${entry.mode.toString(8).padStart(3, '0')}`;
  if (entry.uid !== null) wire.uid = entry.uid;
  if (entry.gid !== null) wire.gid = entry.gid;
  if (entry.user !== null) wire.user = entry.user;
  if (entry.group !== null) wire.group = entry.group;
  if (entry.target !== null) put(wire, 'target', entry.target);
  if (entry.hardLink !== null) put(wire, 'hard_link', entry.hardLink);
  if (entry.xattr !== null) wire.xattr = entry.xattr;
  if (entry.type === 'file') wire.sha256 = entry.sha256;
  if (entry.storedAs !== null) put(wire, 'stored_as', entry.storedAs);
  return wire;
}

type Fields = Readonly<Record<string, unknown>>;
type Check<T> = (value: unknown) => value is T;

const isText: Check<string> = (value): value is string => typeof value === 'string';
const isFields: Check<Fields> = (value): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount: Check<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const types: ReadonlySet<unknown> = new Set<EntryType>(['file', 'dir', 'link', 'other']);
const isType: Check<EntryType> = (value): value is EntryType => types.has(value);

const wrong = (field: string): ManifestError => new ManifestError(`"${field}" is not what a manifest holds`);

function need<T>(fields: Fields, field: string, check: Check<T>): T {
  const value = fields[field];
  if (!check(value)) throw wrong(field);
  return value;
}

/** Of a field that may be left out. */
function may<T>(fields: Fields, field: string, check: Check<T>): T | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (!check(value)) throw wrong(field);
  return value;
}

function bytesIn(fields: Fields, field: 'path' | 'target' | 'hard_link' | 'stored_as'): string | null {
  const text = may(fields, field, isText);
  if (text !== null) return bytesOf(text);
  const coded = may(fields, `${field}_b64`, isText);
  return coded === null ? null : Buffer.from(coded, 'base64').toString('latin1');
}

/** A path that stays where it belongs: below the root of a destination, no matter who wrote the manifest. */
const isPath = (path: string): boolean =>
  path !== '' && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function pathIn(fields: Fields, field: 'path' | 'hard_link' | 'stored_as'): string | null {
  const path = bytesIn(fields, field);
  if (path !== null && !isPath(path)) throw wrong(field);
  return path;
}

/** Version keys become names of files and folders. */
const keyForm = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/** Whether a text is a version key, as names of manifests and history folders are. */
export const isVersionKey = (text: string): boolean => keyForm.test(text);

function timeIn(fields: Fields, field: string): number {
  const text = need(fields, field, isText);
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw wrong(field);
  return ms;
}

/** The first line. Throws ManifestError. Fields it does not know are left out: a newer program may have written them. */
export function headOf(value: unknown): VersionHead {
  if (!isFields(value) || typeof value['manifest'] !== 'number') throw new ManifestError('This is not a manifest.');
  if (value['manifest'] !== manifestFormat)
    throw new ManifestError(
      `This manifest has format ${value['manifest']}, which this version of Dynamight does not know. Install a newer one.`,
    );
  const keyIn = (field: string): string => {
    const key = need(value, field, isText);
    if (!isVersionKey(key)) throw wrong(field);
    return key;
  };
  const status = need(value, 'status', isText);
  if (status !== 'completed' && status !== 'partial') throw wrong('status');
  const appliance = need(value, 'appliance', isFields);
  const landings = Object.entries(need(value, 'landings', isFields));
  if (!landings.every(([landing, source]) => isPath(landing) && isText(source))) throw wrong('landings');
  return {
    version: keyIn('version'),
    previous: value['previous'] === null ? null : keyIn('previous'),
    jobUuid: need(value, 'job', isText),
    jobName: need(value, 'job_name', isText),
    destinationId: need(value, 'destination_id', isText),
    appliance: { id: need(appliance, 'id', isText), name: need(appliance, 'name', isText) },
    startedAt: timeIn(value, 'started_at'),
    completedAt: timeIn(value, 'completed_at'),
    status,
    landings: landings.map(([landing, source]) => ({ landing, source: source as string })),
  };
}

/** A line between. Throws ManifestError. */
export function entryOf(value: unknown): VersionEntry {
  if (!isFields(value)) throw new ManifestError('This is not an entry of a manifest.');
  const path = pathIn(value, 'path');
  if (path === null) throw wrong('path');
  const type = need(value, 'type', isType);
  const entry = bareEntry(path, type);
  if (type === 'file') entry.size = need(value, 'size', isCount);
  const mtime = may(value, 'mtime', isText);
  if (mtime !== null) {
    entry.mtimeNs = nanosOf(mtime);
    if (entry.mtimeNs === null) throw wrong('mtime');
  }
  const mode = may(value, 'mode', isText);
  if (mode !== null) {
    if (!/^[0-7]{1,5}$/.test(mode)) throw wrong('mode');
    entry.mode = Number.parseInt(mode, 8);
    if (entry.mode > 0o7777) throw wrong('mode');
  }
  entry.uid = may(value, 'uid', isCount);
  entry.gid = may(value, 'gid', isCount);
  entry.user = may(value, 'user', isText);
  entry.group = may(value, 'group', isText);
  entry.target = bytesIn(value, 'target');
  entry.hardLink = pathIn(value, 'hard_link');
  entry.storedAs = pathIn(value, 'stored_as');
  const xattr = may(value, 'xattr', isFields);
  if (xattr !== null) {
    if (!Object.values(xattr).every(isText)) throw wrong('xattr');
    entry.xattr = xattr as Record<string, string>;
  }
  const sha256 = may(value, 'sha256', isText);
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) throw wrong('sha256');
  entry.sha256 = type === 'file' ? sha256 : null;
  return entry;
}
