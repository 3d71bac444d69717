import { listOf } from '../../lib/format.ts';

export const welcome = {
  title: 'Make your first backup',
  titleAgain: 'Make a backup',
  steps: 'Steps',
  step: { what: 'What', where: 'Where', when: 'When' },
  next: 'Continue',
  back: 'Back',

  what: {
    title: 'What should be safe?',
    lead: 'Choose the folders you would miss most.',
    label: 'Folders',
    other: 'Choose another folder',
    pick: 'Choose a folder to back up',
    action: 'Back up this folder',
    missing: 'Choose at least one folder.',
    gone: (folder: string) => `${folder} is not there at the moment. Take it off, or plug in the drive it is on.`,
    whole: (name: string) => `Everything of ${name}`,
    within: (folder: string) => `Included: it lies in ${folder}.`,
    added: (folder: string) => `${folder} is chosen.`,
    none: 'There are no folders yet that usually need a backup. Choose one yourself.',
  },
  where: {
    title: 'Where should the copies go?',
    lead: 'A USB drive is best: it can be unplugged and kept somewhere else.',
    inside: 'The copies cannot go into a folder that is backed up, or around it. Choose another folder.',
    elsewhere: 'To a cloud or another computer instead',
  },
  when: {
    title: 'When should it run?',
    lead: 'The first backup starts right away. After that, this is when it runs by itself.',
  },
  ready: {
    title: 'Ready to start',
    name: 'Name of the backup',
    nameHint: 'How it is called on this page.',
    nameMissing: 'Give the backup a name.',
    what: 'What',
    where: 'Where',
    change: (what: string) => `Change: ${what}`,
    changeShort: 'Change',
    onDrive: (drive: string, folder: string) => (folder === '' ? drive : `${drive}, folder ${folder}`),
    counted: 'What the first backup copies',
    start: 'Start the first backup',
    startAgain: 'Start the backup',
    starting: 'Starting …',
  },
  half: {
    noSchedule: (name: string) => `${name} is saved, but without its schedule`,
    noRun: (name: string) => `${name} is saved, but its first run did not start`,
    text: 'Nothing has been copied yet. Trying again goes on from here; the backup is not made a second time.',
    open: 'Open the backup',
  },
  unsure: 'The box did not answer in time. Trying again looks first whether the backup was made.',
  names: {
    two: (names: readonly string[]) => listOf(names),
    more: (first: string, n: number) => `${first} and ${n} more`,
  },
};
export type Welcome = typeof welcome;
