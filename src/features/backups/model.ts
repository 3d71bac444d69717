/** Retention of versions; null members keep none of that kind. */
interface HistoryOptions {
  keep_last?: number | null;
  keep_daily?: number | null;
  keep_weekly?: number | null;
  keep_monthly?: number | null;
  keep_yearly?: number | null;
}

/** How a job copies. All members are set once stored: defaults are filled in when a job is saved. */
export interface SyncOptions {
  delete_extraneous: boolean;
  exclude_patterns: string[];
  /** KiB/s, as rsync's `--bwlimit`; null is unlimited. */
  bandwidth_limit_kbps: number | null;
  dry_run: boolean;
  verbosity: 'quiet' | 'normal' | 'verbose';
  compress: boolean;
  checksum: boolean;
  max_delete_percent: number;
  history: HistoryOptions | null;
  /** `<landing>/<path>` of files whose failure is only a warning. */
  acknowledged_paths: string[];
  verify: { every_days: number; sample_percent: number } | null;
  drill: { every_days: number; files: number } | null;
}

/** `local`: the root is `mount_point/backup_subdir`. */
export interface LocalDestination {
  mount_point: string;
  backup_subdir: string;
  usb_uuid?: string | null;
  usb_uuids?: string[];
  auto_mount: boolean;
  auto_unmount: boolean;
  run_on_plug?: boolean;
}

/** A destination as its driver's schema validated it; only `local` is looked into here. */
export type DestinationConfig = LocalDestination | Record<string, unknown>;

/** What a source looked like after the last finished run, for the guards of the next. */
export interface SourceState {
  /** Filesystem UUID or `fsid:<hex>`; never st_dev, which changes with every reboot of a USB drive. */
  filesystem: string | null;
  /** Regular files. */
  files: number;
}
