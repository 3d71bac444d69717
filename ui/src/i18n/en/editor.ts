import { bytes, count, percent } from '../../lib/format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;

/** What a field of the driver's form is called; undefined where the box's own words are to be shown. */
export interface FieldWords {
  label: string;
  help: string;
}

export const editor = {
  title: 'New backup',
  newLead: 'Choose what is backed up, where to, and when.',
  edit: (name: string) => `Edit ${name}`,
  backToJobs: 'Backups',
  failed: 'This backup could not be loaded.',
  goneTitle: 'There is no such backup',
  gone: 'It may have been deleted.',

  create: 'Create backup',
  save: 'Save changes',
  unsaved: 'Not saved yet',
  created: (name: string, to: string) => `${name} is saved. It goes to ${to}.`,
  saved: (name: string) => `${name} is saved.`,
  savedRunning: (name: string) => `${name} is saved. The run on its way goes on as it began.`,
  open: 'Open it',
  refused: 'It was not saved.',
  checkFields: (n: number) => (n === 1 ? 'One field needs another look.' : `${count(n)} fields need another look.`),
  scheduleTrouble: (name: string) => `${name} is saved, but not everything about when it runs:`,
  scheduleNone: 'It does not run by itself yet. You can start it by hand, or change the time and save again.',
  scheduleSome: 'Change the time and save again, or leave it as it is.',
  running: 'A run of this backup is on its way. What you change here counts from the next run.',
  changedElsewhere:
    'This backup was changed somewhere else while it is open here. Saving replaces those changes, loading it again drops yours.',
  loadAgain: 'Load it again',
  leave: {
    title: 'Leave without saving?',
    text: 'What you changed here is lost.',
    action: 'Leave',
  },

  what: {
    title: 'Name',
    name: 'Name',
    nameHint: (suggested: string) =>
      suggested === '' ? 'What this backup is called.' : `Left empty, it is called “${suggested}”.`,
    description: 'Description',
    more: (n: number) => `${count(n)} more`,
  },
  folders: {
    title: 'What to back up',
    label: 'Folders',
    hint: 'Everything in them is copied, with all folders inside.',
    missing: 'Choose at least one folder.',
  },
  where: {
    title: 'Where to',
    kind: 'Kind of destination',
    place: (kind: string): { name: string; note: string } | undefined =>
      kind === 'local'
        ? { name: 'A drive or folder of this box', note: 'USB drives, disks, mounted shares' }
        : undefined,
    notYet: (names: string) => `${names} cannot be used in this version yet.`,
    cannotRun: (name: string) =>
      `This version cannot run backups to ${name} yet: a run fails and says so. You can still change the settings.`,
    missing: 'Choose a drive or a folder.',
    failed: 'The fields of this destination could not be loaded.',
    field: (_kind: string, _name: string): FieldWords | undefined => undefined,
    fieldMissing: 'This field is needed.',
    notWhole: 'This must be a whole number.',
    advanced: 'More settings',
    listHint: 'One per line.',
    credential: 'Sign in with',
    choose: 'Choose credentials',
    credentialHint: 'Kept encrypted on this box.',
    credentialNone: (name: string) => `There are no credentials for ${name} yet.`,
    credentialAdd: 'Add credentials',
    credentialMissing: 'Choose the credentials to sign in with.',
    credentialGone: 'Credentials that are no longer there',
    secretTitle: 'The secret once more',
    secretLead:
      'The address of the destination changed. So that a secret is never sent to a stranger, enter it again; it must be the one that is saved.',
    secretWrong: 'This is not the secret that is saved. Enter all of it as it was saved.',
    test: 'Test connection',
    testing: 'Testing …',
    testWorks: 'The connection works.',
    testFails: 'The connection does not work.',
    testAbsent: 'This version cannot test connections yet.',
  },
  when: {
    title: 'When',
    byItself: 'Runs by itself',
    byItselfNote: 'Switched off, no schedule and no plugged drive starts it. You can still start it by hand.',
    none: 'It runs only when somebody starts it.',
    add: 'Add a time',
    addAnother: 'Add another time',
    byHand: 'Only by hand',
    paused: 'Switched off',
    off: 'Does not run while the backup is switched off.',
    next: 'Next run:',
    isNew: 'New, counts once it is saved',
    changed: 'Changed, counts once it is saved',
    active: 'On',
    activeOf: (words: string) => `On: ${words}`,
    change: 'Change',
    changeOf: (words: string) => `Change: ${words}`,
    done: 'Done',
    remove: 'Remove',
    removeOf: (words: string) => `Remove: ${words}`,
  },
  exclude: {
    title: 'What to leave out',
    label: 'Patterns',
    hint: 'One per line. “*.tmp” leaves out files by their name, “cache/” folders, “/old” only what lies at the top.',
    often: 'Often left out',
    add: (pattern: string) => `Add ${pattern}`,
    suggestions: {
      trash: 'Trash folders',
      temporary: 'Temporary files',
      caches: 'Caches',
      system: 'Files of Windows and macOS',
      code: 'Packages of programs',
    },
    test: 'Try the patterns',
    testAgain: 'Try again',
    testing: 'Looking through the folder. This takes at most half a minute.',
    testingLabel: 'Looking through the folder',
    stop: 'Stop',
    folder: 'Try them in',
    noSources: 'Choose a folder to back up first.',
    failed: 'The patterns could not be tried.',
    stale: 'The patterns were changed since.',
    incomplete: 'The time was up: this is what was found so far.',
    sum: (out: number, size: number, kept: number) => `${files(out)} left out (${bytes(size)}), ${files(kept)} kept.`,
    caption: 'What each pattern leaves out',
    outOf: (n: number, size: number) => `${files(n)}, ${bytes(size)}`,
    onlyFolders: 'folders without files',
    matchNothing: 'These match nothing here:',
    matchNothingYet: 'So far these matched nothing:',
    moreExamples: 'More examples',
    morePatterns: (n: number) => `${count(n)} more patterns are not shown.`,
  },
  how: {
    title: 'How',
    delete: 'Remove at the destination what is gone here',
    deleteNote:
      'A file you delete or move away here is deleted in the backup at the next run, too. While this is off, the backup keeps every file it ever got.',
    deleteKept: 'A file you delete here leaves the backup at the next run. With the setting below it is kept aside.',
    maxDelete: 'Stop when more than this share would be removed',
    maxDeleteHint: (share: number | null) =>
      share === null
        ? 'From 0 to 100.'
        : share >= 1
          ? 'Never, unless everything would go: then the run stops and asks you.'
          : `When a run would remove 20 files or more, and more than ${percent(share)} of all, it stops and asks you. It always asks before everything goes.`,
    maxDeleteWrong: 'Enter a whole number from 0 to 100.',
    history: 'Keep replaced and removed files',
    historyNote:
      'They move to the hidden folder .dynamight/history at the destination, as plain files. Nothing clears them up by itself yet, so they take more and more room.',
    checksum: 'Compare by content',
    checksumNote: 'Reads every file on both sides at each run. Much slower; finds changes that kept size and time.',
    limit: 'Speed limit',
    limitHint: (perSecond: number | null) =>
      perSecond === null ? 'Empty for full speed.' : `That is ${bytes(perSecond)} per second.`,
    limitWrong: 'Enter a whole number of at least 1, or leave it empty for full speed.',
    limitUnit: 'KiB/s',
    more: 'More settings',
    verbosity: 'How much the log tells',
    verbosities: {
      quiet: 'Start, end and problems',
      normal: 'Also every file copied or removed',
      verbose: 'Also files that did not change',
    },
    dryRun: 'Only rehearse',
    dryRunNote: 'Every run tells what it would do and copies nothing. As long as this is on there is no backup.',
    dryRunWarning: 'This backup only rehearses: nothing is copied.',
    acknowledged: 'Files whose failure is only a warning',
    acknowledgedNote: 'When one of these cannot be copied, the run still counts as complete.',
    acknowledgedRemove: (path: string) => `Take ${path} off this list`,
    acknowledgedMore: (n: number) => `and ${count(n)} more`,
  },
  look: {
    title: 'Look ahead',
    notYet: 'Choose folders and a destination first.',
  },
};
export type Editor = typeof editor;
