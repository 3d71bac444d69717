import type { Reason } from '../../../../src/features/backups/reasons.ts';
import { bytes, count, duration } from '../../lib/format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;
const lines = (n: number) => `${count(n)} ${n === 1 ? 'line' : 'lines'}`;
const runCount = (n: number) => `${count(n)} ${n === 1 ? 'run' : 'runs'}`;

export interface ReasonWords {
  /** What happened, as a sentence. */
  what: string;
  /** What to do now. */
  next: string;
}

const reasons: Record<Reason, ReasonWords> = {
  source_missing: {
    what: 'A source folder was not there.',
    next: 'If it was moved or renamed, choose the new place in the backup. If it lies on a drive, plug the drive in and run the backup again.',
  },
  source_unreadable: {
    what: 'A source folder could not be read.',
    next: 'Give Dynamight the right to read this folder, or take it out of the backup. Then run it again.',
  },
  source_empty: {
    what: 'A source folder that used to hold files was empty.',
    next: 'Mostly its drive is not plugged in or not mounted: put that right and run again. If the folder is really meant to be empty, confirm it below.',
  },
  source_changed: {
    what: 'A source folder lies on another disk than before.',
    next: 'Check that the right drive is mounted there. If you moved the files to another disk yourself, confirm it below.',
  },
  source_outside: {
    what: 'A source folder lies outside the folders Dynamight may look into.',
    next: 'Choose a folder inside the allowed ones, or allow this one in the configuration of the box.',
  },
  destination_missing: {
    what: 'The destination was not there.',
    next: 'Plug in or mount the drive it lies on, or choose another destination for this backup. Then run it again.',
  },
  destination_changed: {
    what: 'The destination does not hold this backup any more.',
    next: 'Mostly the drive is not mounted, or another one is. Check it and run again. If you emptied or replaced it yourself, confirm it below.',
  },
  destination_read_only: {
    what: 'Nothing could be written to the destination.',
    next: 'A drive that turns read-only by itself may be failing: check it. Otherwise give Dynamight the right to write there.',
  },
  destination_unsupported: {
    what: 'This version of Dynamight cannot write to this destination.',
    next: 'Update Dynamight, or choose another destination for this backup.',
  },
  drive_absent: {
    what: 'The drive of this backup was not plugged in.',
    next: 'Plug it in and run the backup again.',
  },
  drive_wrong: {
    what: 'Another drive than the one of this backup was plugged in.',
    next: 'Plug in the right one, or add this drive to the backup if it belongs to it.',
  },
  drive_removed: {
    what: 'The drive went away while the backup was running.',
    next: 'What had been copied by then is safe. Plug the drive in again, check the cable, and run the backup again.',
  },
  overlap: {
    what: 'The folder at the destination belongs to another backup.',
    next: 'Choose another folder at the destination for one of the two.',
  },
  no_space: {
    what: 'There was not enough room.',
    next: 'Free some space at the destination, leave large files out, or use a larger drive. Then run the backup again.',
  },
  too_many_deletions: {
    what: 'It would have deleted a large part of the files at the destination, so it stopped first.',
    next: 'Look at the list below. If the files are missing by mistake, bring them back and run again; if the deletions are meant, confirm them.',
  },
  too_many_changes: {
    what: 'Far more files had changed than usual, so it stopped first.',
    next: 'Check that the files at the source still open as they should. If many of them are damaged or encrypted, do not run the backup again before you know why.',
  },
  name_collision: {
    what: 'Something of the same name was in the way.',
    next: 'Rename or move away what is named below, then run the backup again.',
  },
  auth_failed: {
    what: 'The destination did not accept the sign-in.',
    next: 'Check the user name, the password or the key in the credentials of this backup.',
  },
  auth_expired: {
    what: 'The permission for the destination has run out.',
    next: 'Sign in to the service again in the settings, under credentials.',
  },
  host_key_changed: {
    what: 'The destination identified itself as another computer than before.',
    next: 'Look at the connection in the backup: it shows both keys. If the server was set up anew, accept its new key there. If not, somebody may be in between. Nothing was sent.',
  },
  certificate_changed: {
    what: 'The certificate of the destination is another one than before.',
    next: 'Look at the connection in the backup: it shows the certificate. If the server got a new one, trust it there and save. If not, somebody may be in between. Nothing was sent.',
  },
  unreachable: {
    what: 'The destination could not be reached.',
    next: 'Check that it is switched on, and that this box is on the network. Then run the backup again.',
  },
  quota: {
    what: 'The account at the destination is full.',
    next: 'Free some space in that account or enlarge it, then run the backup again.',
  },
  partial: {
    what: 'Some files could not be copied.',
    next: 'All others are safe. The list below says what went wrong with each file. Put that right, or leave these files out, and run again.',
  },
  io_error: {
    what: 'Reading or writing failed in the middle.',
    next: 'That is mostly a cable, a power supply or a failing drive. Check them, then run the backup again.',
  },
  tool_missing: {
    what: 'A program that the backup needs is missing on this box.',
    next: 'Install it; “dynamight doctor” on the box says what is missing and how to get it.',
  },
  interrupted: {
    what: 'The box or the program was switched off in the middle.',
    next: 'What had been copied by then is safe. The next run goes on from there; you can start it now.',
  },
  internal: {
    what: 'Something unexpected went wrong in Dynamight.',
    next: 'Run the backup again. If it happens again, the log below helps to find the cause.',
  },
};

/** One run, the log of it, and the runs of all jobs. */
export const runs = {
  title: 'History',
  run: {
    back: 'History',
    documentTitle: (job: string, id: number) => `${job}, run ${id}`,
    missingTitle: 'This run is not here',
    missingText:
      'It may have been deleted, or made room for newer ones. Files and versions at the destination are not touched by that.',
    toHistory: 'Show the history',
    failedTitle: 'This run could not be loaded',
    state: {
      waiting: 'Waiting',
      running: 'Running',
      completed: 'Completed',
      warned: 'Completed with warnings',
      partial: 'Incomplete',
      failed: 'Failed',
      cancelled: 'Stopped',
      dry: 'Dry run',
    },
    trigger: {
      manual: 'Started by hand',
      scheduled: 'Started by its schedule',
      drive: 'Started because its drive was plugged in',
    },
    retry: 'Started again after an interruption',
    openJob: 'Open the backup',
    again: 'Run again',
    stop: 'Stop',
    stopping: 'Stopping …',
    toCurrent: 'Watch the current run',
    more: 'More for this run',
    delete: 'Delete this run',
    elapsed: 'Running for',
    waitingText: 'Another backup is writing to this destination. This one begins by itself when that has finished.',
    dryText: 'This is a dry run: it only tells what it would do.',
    copied: 'Copied',
    ofFiles: (n: number) => `of ${files(n)}`,
    ofBytes: (n: number) => `of ${bytes(n)}`,
    size: 'Size',
    rate: 'Speed',
    rateOf: (perSecond: number) => `${bytes(perSecond)}/s`,
    currentFile: 'Current file:',
    left: 'Time left',
    unknown: 'not known yet',
    noneLeft: 'almost done',
  },
  report: {
    completed: (n: number, size: number, seconds: string) =>
      `Everything is safe: ${files(n)} (${bytes(size)}) ${n === 1 ? 'was' : 'were'} new or changed and ${n === 1 ? 'has' : 'have'} been copied, in ${seconds}.`,
    unchanged: (all: number | null) =>
      all === null || all === 0
        ? 'Everything is safe: nothing had changed since the last run.'
        : `Everything is safe: none of the ${files(all)} had changed since the last run.`,
    onlyDeleted: (n: number) =>
      `Everything is safe: nothing new had to be copied; ${files(n)} that ${n === 1 ? 'is' : 'are'} gone at the source ${n === 1 ? 'was' : 'were'} removed.`,
    warned: (n: number, size: number) =>
      n === 0
        ? 'Finished, and nothing had to be copied.'
        : `Finished: ${files(n)} (${bytes(size)}) ${n === 1 ? 'was' : 'were'} copied.`,
    warnedMore: (n: number) =>
      n === 1 ? 'There is one warning to look at.' : `There are ${count(n)} warnings to look at.`,
    dry: (n: number, size: number) =>
      n === 0
        ? 'A dry run: nothing would be copied. Nothing was written.'
        : `A dry run: ${files(n)} (${bytes(size)}) would be copied. Nothing was written.`,
    dryDeleted: (n: number) => `${files(n)} would be removed.`,
    cancelled: (n: number) =>
      n === 0
        ? 'It was stopped before anything was copied. What was at the destination before is still there.'
        : `It was stopped. ${files(n)} had been copied by then and ${n === 1 ? 'stays' : 'stay'}; the rest comes with the next run.`,
    partial: (n: number, failed: number) =>
      `${files(failed)} could not be copied. ${n === 0 ? 'Nothing else was new or changed.' : `${files(n)} ${n === 1 ? 'was' : 'were'} copied and ${n === 1 ? 'is' : 'are'} safe.`}`,
    next: 'What to do now',
    box: 'What the box says',
    wayOut: { look: 'Look at the connection', signIn: 'Sign in again', credentials: 'Go to the credentials' },
    files: 'Files copied',
    would: 'Would be copied',
    bytes: 'Size',
    deleted: 'Removed',
    deletedNote: 'at the destination',
    failed: 'Not copied',
    warnings: 'Warnings',
    duration: 'Duration',
    rate: 'Average speed',
    whole: 'Files in this backup',
    started: 'Started',
    ended: 'Ended',
    never: 'never began',
    noTime: 'under 1 s',
    unknown: 'Unknown',
  },
  reasons,
  errors: {
    title: 'Files to look at',
    lead: (errors: number, warnings: number) => {
      const parts = [];
      if (errors > 0) parts.push(`${files(errors)} could not be copied`);
      if (warnings > 0) parts.push(`${count(warnings)} ${warnings === 1 ? 'warning' : 'warnings'}`);
      return `${parts.join(', ')}.`;
    },
    kept: 'The list holds the first 1,000; the log holds all.',
    failed: 'The list could not be loaded.',
    page: (from: number, to: number) => `${count(from)} to ${count(to)}`,
    before: 'Previous',
    after: 'Next',
    pages: 'Pages of the list',
  },
  log: {
    title: 'Log',
    label: 'Lines of the log',
    search: 'Search the log',
    clear: 'Clear the search',
    level: 'Show',
    levels: { all: 'All', warning: 'Warnings', error: 'Errors' },
    levelOf: { info: 'Information', warning: 'Warning', error: 'Error' },
    loading: 'Loading …',
    empty: 'The log is empty.',
    emptyLive: 'Nothing has been said yet.',
    none: { warning: 'There are no warnings.', error: 'There are no errors.' },
    total: (n: number) => lines(n),
    follow: 'Follow',
    pause: 'Pause',
    following: 'New lines are shown as they come.',
    newLines: (n: number) => `${count(n)} new ${n === 1 ? 'line' : 'lines'}`,
    toEnd: 'To the end',
    failed: 'The box does not answer. The log is asked for again by itself.',
    line: 'Line',
    lineOf: (n: number) => `Line ${count(n)}`,
    closeLine: 'Close',
    show: 'Show in the log',
    searching: (found: number, searched: number, all: number) =>
      `Searching: ${count(found)} found in ${count(searched)} of ${lines(all)}.`,
    found: (found: number, all: number) =>
      all === 1 ? `${lines(found)} found in the one line of the log.` : `${lines(found)} found in all ${lines(all)}.`,
    foundSoFar: (found: number, all: number) => `${lines(found)} found in the ${lines(all)} so far.`,
    stopped: (found: number, searched: number, all: number) =>
      `Stopped: ${count(found)} found in the first ${count(searched)} of ${lines(all)}.`,
    capped: (found: number, searched: number, all: number) =>
      `The first ${count(found)} are shown; ${count(searched)} of ${lines(all)} were searched. A longer text finds fewer.`,
    onlyLevel: { warning: 'Warnings only.', error: 'Errors only.' },
    searchFailed: (searched: number) => `The box did not answer; ${lines(searched)} were searched.`,
    stop: 'Stop',
    goOn: 'Search on',
    download: 'Save as text',
    downloading: (share: string) => `Saving … ${share}`,
    downloadFailed: 'The log could not be saved. Try again.',
    fileName: (job: string, id: number) => `${job} run ${id} log.txt`,
  },
  remove: {
    title: (when: string) => `Delete the run of ${when}?`,
    goes: 'This goes',
    goesItems: ['its report and its log', 'its list of files that could not be copied'],
    stays: 'This stays',
    staysItems: ['every file and version at the destination', 'one line in the statistics, for the chart'],
    action: 'Delete run',
    done: 'The run was deleted.',
  },
  history: {
    lead: 'What ran, when, and how it went.',
    filters: 'Which runs',
    job: 'Backup',
    allJobs: 'All backups',
    unknownJob: (id: number) => `Backup ${id}, deleted`,
    outcome: 'Outcome',
    outcomes: {
      all: 'Any',
      completed: 'Completed',
      failed: 'Failed or incomplete',
      cancelled: 'Stopped',
      running: 'Running',
    },
    time: 'Time',
    times: {
      all: 'Any time',
      day: 'Last 24 hours',
      week: 'Last 7 days',
      month: 'Last 30 days',
      quarter: 'Last 90 days',
      year: 'Last 365 days',
    },
    list: 'Runs',
    today: 'Today',
    yesterday: 'Yesterday',
    newer: 'Newer',
    older: 'Older',
    pages: 'Pages of the history',
    page: (n: number) => `Page ${count(n)}`,
    fresh: (n: number) => (n === 1 ? 'Show 1 new run' : `Show ${count(n)} new runs`),
    emptyTitle: 'Nothing has run yet',
    emptyText: 'As soon as a backup runs, it is listed here with what it did.',
    toJobs: 'Go to the backups',
    noneTitle: 'No run fits',
    noneText: 'No run that is still kept has all of this. Older runs live on in the chart.',
    showAll: 'Show all runs',
    failed: 'The history could not be loaded.',
  },
  chart: {
    title: 'Over time',
    copied: 'Copied',
    duration: 'Duration',
    perDay: 'per day',
    perWeek: 'per week',
    describe: (runsDone: number, failed: number, size: number, from: string) =>
      `Since ${from}: ${runCount(runsDone)}${failed > 0 ? `, ${count(failed)} of them not completed` : ''}, ${bytes(size)} copied.`,
    at: (day: string, n: number, failed: number, size: number, seconds: number) =>
      n === 0
        ? `${day}: no run`
        : `${day}: ${runCount(n)}${failed > 0 ? `, ${count(failed)} not completed` : ''}, ${bytes(size)} in ${duration(seconds)}`,
    hint: 'Point at a bar to see its numbers.',
    week: (day: string) => `Week of ${day}`,
    mark: 'A run did not complete',
    asTable: 'Show as a table',
    hideTable: 'Hide the table',
    day: 'Day',
    weekColumn: 'Week',
    runs: 'Runs',
    notDone: 'Not completed',
    none: 'No run has finished in this time.',
    onlyDry: 'Nothing but dry runs in this time: nothing was copied.',
    failed: 'The chart could not be loaded.',
    loading: 'The chart is loading …',
    pruned: 'Runs that were deleted to make room are counted too, for 400 days; dry runs are not.',
  },
};
export type Runs = typeof runs;
