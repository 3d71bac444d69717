import { count } from '../../lib/format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;

/** What a run found and a person may overrule. */
export const overrule = {
  label: (job: string) => `${job} asks before it goes on`,
  title: {
    too_many_deletions: 'It stopped before deleting',
    source_empty: 'A source folder is empty',
    source_changed: 'A source lies on another disk',
    destination_changed: 'The destination is not the one it was',
  },
  action: {
    too_many_deletions: 'Allow these deletions',
    source_empty: 'Run with the empty folder',
    source_changed: 'Accept the other disk',
    destination_changed: 'Start anew at this destination',
  },
  until: (when: string) => `You can decide until ${when}.`,
  expired: 'The seven days to confirm this are over. Run the backup again: if it finds the same, it asks again.',
  running: 'This backup is running at the moment. What it finds now counts.',
  started: (job: string) => `${job} was started with your confirmation.`,
  look: 'Watch the run',
  list: {
    show: 'Show the files',
    hide: 'Hide the files',
    label: 'Files that would be deleted at the destination',
    all: (n: number) => `${files(n)} at the destination`,
    first: (n: number) => `The first ${files(n)}; more come while you scroll.`,
    none: 'The list of this run could not be kept. Run the backup again to see it.',
    top: 'at the top',
  },
  confirm: {
    title: {
      too_many_deletions: (n: number | null, more: boolean) => {
        if (n === null) return 'Delete the listed files at the destination?';
        return more ? `Delete more than ${files(n)} at the destination?` : `Delete ${files(n)} at the destination?`;
      },
      source_empty: 'Run with the empty folder?',
      source_changed: 'Accept the other disk?',
      destination_changed: 'Start anew at this destination?',
    },
    once: 'This counts once, and for exactly this finding. If the next run finds something else, it stops and asks again.',
    does: 'The backup runs now. It',
    stays: 'This stays',
  },
  /** Ends of the sentence "It …". */
  does: {
    deletesListed: 'deletes exactly the files of this list at the destination, for good.',
    keepsListed: 'moves exactly the files of this list into the history at the destination.',
    copiesAsAlways: 'copies what is new or changed, as in every run.',
    takesEmpty: 'takes the empty folder as it is.',
    deletesCopyOfEmpty:
      'deletes the earlier copy of that folder at the destination. If that is 20 files or more, and more than the backup may delete at once, it stops first and shows the list.',
    takesDisk: 'takes the files of the disk that is there now, and remembers this disk.',
    deletesMissing:
      'deletes at the destination what this disk does not have. If that is 20 files or more, and more than the backup may delete at once, it stops first and shows the list.',
    claims: 'writes its records to this destination and begins a new chain of versions there.',
    copiesAnew: 'copies everything that is not there yet.',
    replaces: 'replaces files of the same name in the folders of this backup.',
    deletesForeign:
      'deletes in the folders of this backup what the sources do not have. If that is 20 files or more, and more than the backup may delete at once, it stops first and shows the list.',
    forReal: 'runs for real: what stopped was a dry run.',
  },
  stays: {
    sources: 'Your source folders: no run changes them.',
    otherFiles: 'All other files at the destination.',
    copyOfEmpty: 'The earlier copy of that folder at the destination.',
    copies: 'The files at the destination that this disk does not have.',
    outside: 'What lies outside the folders of this backup.',
    before: 'The former destination, wherever it is now.',
  },
};
export type OverruleWords = typeof overrule;
