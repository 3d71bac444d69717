import type { JobView } from '../../api/jobs.ts';
import { jobsText } from '../../i18n/jobs.ts';

const patternsNamed = 6;
const kinds = ['keep_last', 'keep_daily', 'keep_weekly', 'keep_monthly', 'keep_yearly'] as const;

type Options = Pick<JobView, 'sync_options' | 'destination_config' | 'destination_type'>;

/** How a job copies, one sentence for each thing that matters; what is as always is left out. */
export function optionsInWords(job: Options): string[] {
  const say = jobsText().options;
  const options = job.sync_options;
  const config = job.destination_config;
  const local = job.destination_type === 'local';
  const lines: (string | false)[] = [
    options['dry_run'] === true && say.dryRun,
    options['delete_extraneous'] === true ? say.deletes(numberOf(options['max_delete_percent']) ?? 50) : say.keepsAll,
    historyInWords(options['history']),
    excludesInWords(options['exclude_patterns']),
    options['checksum'] === true && say.checksum,
    limitInWords(options['bandwidth_limit_kbps']),
    !local && options['compress'] === true && say.compress,
    acknowledgedInWords(options['acknowledged_paths']),
    options['verbosity'] === 'verbose' && say.verbose,
    options['verbosity'] === 'quiet' && say.quiet,
    local && config['auto_mount'] === true && say.autoMount,
    local && config['auto_unmount'] === true && say.autoUnmount,
    local && config['run_on_plug'] === true && say.runOnPlug,
  ];
  return lines.filter((line) => line !== false);
}

/** The drives a local destination is bound to; empty when any filesystem at its folder will do. */
export function drivesOf(job: Pick<JobView, 'destination_config' | 'destination_type'>): string[] {
  if (job.destination_type !== 'local') return [];
  const { usb_uuid: one, usb_uuids: all } = job.destination_config;
  const uuids = [...(typeof one === 'string' ? [one] : []), ...textsOf(all)];
  return [...new Set(uuids)].filter((uuid) => uuid !== '');
}

function historyInWords(history: unknown): string | false {
  const say = jobsText().options;
  if (typeof history !== 'object' || history === null) return false;
  const wishes = history as Record<string, unknown>;
  const parts = kinds.flatMap((kind) => {
    const n = numberOf(wishes[kind]);
    return n === null || n === 0 ? [] : [say.keep[kind](n)];
  });
  return parts.length === 0 ? say.history : say.historyKeeps(parts);
}

function excludesInWords(patterns: unknown): string | false {
  const all = textsOf(patterns);
  if (all.length === 0) return false;
  return jobsText().options.excludes(all.slice(0, patternsNamed), Math.max(0, all.length - patternsNamed));
}

function limitInWords(kibPerSecond: unknown): string | false {
  const limit = numberOf(kibPerSecond);
  return limit !== null && jobsText().options.limit(limit * 1024);
}

function acknowledgedInWords(paths: unknown): string | false {
  const { length } = textsOf(paths);
  return length > 0 && jobsText().options.acknowledged(length);
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
