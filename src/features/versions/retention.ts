import type { VersionStatus } from './manifest.ts';

/** How many to keep; 0 and absent keep none for their sake. The fields are those of `sync_options.history`. */
export interface RetentionPolicy {
  keep_last?: number | null;
  keep_daily?: number | null;
  keep_weekly?: number | null;
  keep_monthly?: number | null;
  keep_yearly?: number | null;
}

export interface RetentionVersion {
  /** Tells older from newer: times may go back with a clock, keys never do. */
  key: string;
  /** Milliseconds since 1970: in which day, week, month and year it counts. */
  completedAt: number;
  pinned: boolean;
  status: VersionStatus;
}

/** Why a version stays; `everything`: the policy names no number at all. */
export type KeepReason = 'newest' | 'pinned' | 'last' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'everything';

export interface Retention {
  /** Newest first, like `remove`. */
  keep: { key: string; reasons: KeepReason[] }[];
  remove: string[];
}

type Rule = 'last' | 'daily' | 'weekly' | 'monthly' | 'yearly';
const rules: readonly Rule[] = ['last', 'daily', 'weekly', 'monthly', 'yearly'];
const dayMs = 86_400_000;

/**
 * Which versions a policy keeps. Days, weeks (ISO: Monday to Sunday), months and years are those of the calendar in
 * `timeZone` (IANA name; throws RangeError for another), not spans before now.
 *
 * - Of each period the newest version counts. Periods without a version use up no count.
 * - A rule with counts left over keeps the oldest version as well, so that history reaches back as far as it can.
 * - A version stays if any rule keeps it. Pinned ones, the newest, and the newest complete one always stay.
 * - A policy without any number above 0 removes nothing.
 * - Rules count complete versions first, as if there were no partial ones: those never push a complete one out. Then they
 *   count all, and a partial one stays where it is chosen among all and its period has no complete one. So a job that
 *   never ends without an unreadable file keeps as many versions as any other.
 */
export function retention(versions: readonly RetentionVersion[], policy: RetentionPolicy, timeZone: string): Retention {
  const all = versions.toSorted((a, b) => (a.key < b.key ? 1 : -1));
  const complete = all.filter(({ status }) => status === 'completed');
  const reasons = new Map<string, KeepReason[]>(all.map(({ key }) => [key, []]));
  const keep = (version: RetentionVersion | undefined, why: KeepReason): void => {
    const known = version && reasons.get(version.key);
    if (known && !known.includes(why)) known.push(why);
  };

  keep(all[0], 'newest');
  keep(complete[0], 'newest');
  for (const version of all) if (version.pinned) keep(version, 'pinned');

  const counts = rules.map((rule) => ({ rule, count: policy[`keep_${rule}`] ?? 0 })).filter(({ count }) => count > 0);
  if (counts.length === 0) for (const version of all) keep(version, 'everything');
  const periods = calendar(timeZone);
  for (const { rule, count } of counts) {
    const period = (version: RetentionVersion) => periods(version)[rule];
    for (const version of chosen(complete, period, count)) keep(version, rule);
    for (const version of chosen(all, period, count)) if (version.status === 'partial') keep(version, rule);
  }

  return {
    keep: all.flatMap(({ key }) => {
      const why = reasons.get(key) ?? [];
      return why.length > 0 ? [{ key, reasons: why }] : [];
    }),
    remove: all.filter(({ key }) => reasons.get(key)?.length === 0).map(({ key }) => key),
  };
}

/** Of `count` periods the newest version each, a complete one if there is one; newest first. */
function chosen(
  newestFirst: readonly RetentionVersion[],
  period: (version: RetentionVersion) => string,
  count: number,
): RetentionVersion[] {
  const byPeriod = new Map<string, RetentionVersion>();
  for (const version of newestFirst) {
    const name = period(version);
    const known = byPeriod.get(name);
    if (!known && byPeriod.size >= count) continue;
    if (!known || (known.status === 'partial' && version.status === 'completed')) byPeriod.set(name, version);
  }
  const picked = [...byPeriod.values()];
  const oldest = newestFirst.at(-1);
  return oldest && picked.length < count ? [...picked, oldest] : picked;
}

/** The periods a version counts in, each a name of its own. */
function calendar(timeZone: string): (version: RetentionVersion) => Record<Rule, string> {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const known = new Map<string, Record<Rule, string>>();
  return ({ key, completedAt }) => {
    const found = known.get(key);
    if (found) return found;
    const part = Object.fromEntries(format.formatToParts(completedAt).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day] = [part['year'] ?? 0, part['month'] ?? 0, part['day'] ?? 0];
    const names = {
      last: key,
      daily: `${year}-${month}-${day}`,
      weekly: isoWeek(Date.UTC(year, month - 1, day)),
      monthly: `${year}-${month}`,
      yearly: `${year}`,
    };
    known.set(key, names);
    return names;
  };
}

/** ISO 8601: a week belongs to the year its Thursday lies in. */
function isoWeek(dayUtcMs: number): string {
  const weekday = (new Date(dayUtcMs).getUTCDay() + 6) % 7; // Monday is 0
  const thursday = dayUtcMs + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  return `${year}-W${1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs))}`;
}
