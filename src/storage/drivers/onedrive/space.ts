import type { Space } from '../../driver.ts';

type Json = Record<string, unknown>;
const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? (of as Json)[name] : undefined;
const bytes = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : null;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Room of a drive, as far as it tells: some libraries say a total of 0 and mean that they know none. */
export function spaceOf(drive: Json): Space | null {
  const total = bytes(member(drive['quota'], 'total')) || null;
  const free = bytes(member(drive['quota'], 'remaining'));
  if (total === null && !free) return null;
  return { totalBytes: total, freeBytes: free === null || total === null ? free : Math.min(free, total) };
}

const kinds: Record<string, string> = {
  personal: 'personal',
  business: 'work or school',
  documentLibrary: 'SharePoint',
};

/** What a person would like to see of an account. */
export function tellOf(drive: Json, root: string): Record<string, string | number | boolean | null> {
  const user = member(drive['owner'], 'user');
  const space = spaceOf(drive);
  const type = text(drive['driveType']);
  return {
    account: text(member(user, 'email')) ?? text(member(user, 'displayName')),
    kind: type === null ? null : (kinds[type] ?? type),
    drive: text(drive['name']),
    folder: `/${root}`,
    total_bytes: space?.totalBytes ?? null,
    free_bytes: space?.freeBytes ?? null,
  };
}
