/** What the destination's filesystem can hold decides how rsync is asked to copy. */
export type FilesystemKind =
  /** Owner, mode, nanosecond times, links, xattr. */
  | 'unix'
  /** FAT, exFAT, NTFS: two-second times, no owner, mode or links. */
  | 'fat';

export interface RsyncOptions {
  /** Absolute, links resolved. Its contents go into the landing. */
  sourceDir: string;
  /** Folder relative to the working directory, which is the destination's root. */
  landing: string;
  filesystem: FilesystemKind;
  /** Files are left alone that match one of these rsync patterns. Taken literally as patterns, never as commands. */
  excludePatterns: readonly string[];
  /** Folders below the source, relative to it, that are never copied (our own data folder). */
  excludeFolders: readonly string[];
  checksum: boolean;
  /** Leaves holes where a file has them; costs as much again as copying does (measured: 2.5 s instead of 1.1 s per GiB). */
  sparse: boolean;
  /** KiB/s. */
  bandwidthLimitKbps: number | null;
  /** Removes at the destination what the source does not have. */
  deleteExtraneous: boolean;
  /** Where replaced and deleted files are kept, relative to the landing; null keeps none. */
  backupDir: string | null;
  /** Tells what would be done; writes nothing. */
  dryRun: boolean;
  /** `copy`: everything asked for. `delete-only`: nothing is copied, only extraneous files go. `count`: totals alone. */
  pass: 'copy' | 'delete-only' | 'count';
  /** Also list files that are up to date. */
  listUnchanged: boolean;
  /** Also tell what the patterns leave out: see parseHidden. */
  tellHidden?: boolean;
  /** Random word that begins every item line, so that no file name can pass for one. */
  itemMark: string;
}

/** An anchored pattern for one folder, with the characters escaped that rsync would take for wildcards. */
export function anchoredPattern(folder: string): string {
  // rsync takes a backslash as an escape only in patterns that hold a wildcard character.
  const escaped = /[*?[]/.test(folder) ? folder.replace(/[\\*?[]/g, '\\$&') : folder;
  return `/${escaped}/`;
}

/** rsync's arguments, operands last and behind `--`. Run with the destination's root as working directory. */
export function rsyncArgs(options: RsyncOptions): string[] {
  const args = options.filesystem === 'unix' ? ['-aHAX', '--modify-window=-1'] : ['-rt', '--modify-window=2'];
  args.push('-8', '--no-h', '--outbuf=L');
  if (options.pass === 'count') args.push('--info=stats2');
  else {
    args.push('--info=stats2,progress2', `--out-format=${options.itemMark} %i %l %n`);
    if (options.listUnchanged) args.push('-ii');
    if (options.tellHidden) args.push('--debug=FILTER');
  }
  if (options.dryRun || options.pass === 'count') args.push('-n');
  if (options.pass === 'delete-only') args.push('--existing', '--ignore-existing');
  if (options.sparse && options.filesystem === 'unix') args.push('-S');
  if (options.checksum && options.pass !== 'delete-only') args.push('-c');
  if (options.bandwidthLimitKbps !== null) args.push(`--bwlimit=${options.bandwidthLimitKbps}`);
  if (options.deleteExtraneous) args.push('--delete-after');
  if (options.backupDir !== null) {
    args.push('--backup', `--backup-dir=${options.backupDir}`);
    // Safe only because what goes is kept; without it a folder that became a file stays stuck behind excluded files.
    if (options.deleteExtraneous) args.push('--delete-excluded');
  }
  for (const folder of options.excludeFolders) args.push('-f', `- ${anchoredPattern(folder)}`);
  for (const pattern of options.excludePatterns) args.push('-f', `- ${pattern}`);
  const source = options.sourceDir === '/' ? '/' : `${options.sourceDir}/`;
  return [...args, '--', source, `./${options.landing}/`];
}

/** Another writer holds the destination's lock file. */
export const lockBusyCode = 75;
/** An rsync whose box was killed tidies up for some tenths of a second: the box started again must not fail over it. */
const lockWaitSeconds = '3';

/**
 * The command that is really started: the child gets TERM when we die, however we die, and holds a kernel lock on the
 * destination for as long as it runs. `-F` matters: without it flock stays the parent and its child lives on.
 */
export function guardedCommand(
  tools: { setpriv: string; flock: string; rsync: string },
  lockFile: string | null,
  args: readonly string[],
): string[] {
  const lock =
    lockFile === null ? [] : [tools.flock, '-w', lockWaitSeconds, '-F', '-E', String(lockBusyCode), lockFile];
  return [tools.setpriv, '--pdeathsig', 'TERM', ...lock, tools.rsync, ...args];
}
