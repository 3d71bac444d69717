import { count } from '../../lib/format.ts';

const backups = (n: number) => `${count(n)} ${n === 1 ? 'backup' : 'backups'}`;

export const overview = {
  title: 'Overview',
  newJob: 'New backup',

  headline: {
    loading: 'Having a look …',
    safe: 'Everything is safe',
    safeBut: (n: number) =>
      `Your backups are safe, and ${n === 1 ? 'one thing needs' : `${count(n)} things need`} a look`,
    unsure: 'All backups went well the last time',
    bad: (name: string) => `${name} is not safe`,
    badMany: (n: number, total: number) => `${count(n)} of ${backups(total)} are not safe`,
    look: (name: string) => `${name} needs a look`,
    lookMany: (n: number, total: number) => `${count(n)} of ${backups(total)} need a look`,
    never: (name: string) => `${name} has not run yet`,
    neverMany: (n: number, total: number) => `${count(n)} of ${backups(total)} have not run yet`,
    first: (name: string) => `The first copy of ${name} is on its way`,
    firstMany: (n: number) => `${count(n)} first copies are on their way`,
    running: (name: string) => `${name} is running`,
    runningMany: (n: number) => `${backups(n)} are running`,
    stale: (name: string) => `${name} has no fresh copy`,
    staleMany: (n: number, total: number) => `${count(n)} of ${backups(total)} have no fresh copy`,
  },
  lead: {
    jobs: (n: number, latest: string | null) =>
      latest === null ? `${backups(n)}.` : `${backups(n)}, the latest copy ${latest}.`,
    running: (n: number) => (n === 1 ? 'One is running now.' : `${count(n)} are running now.`),
  },

  empty: {
    title: 'No backups yet',
    lead: 'Choose what to keep safe, where its copy goes, and when. It takes a minute.',
    action: 'Make your first backup',
    else: 'Or with one command on the box itself:',
    command: 'dynamight backup <folder> <destination>',
  },

  needs: {
    title: 'What needs you',
    failed: 'What needs you could not be asked.',
    job: 'Open the backup',
    run: 'See what happened',
    decide: 'Look at it and decide',
    more: (n: number) => `Show ${count(n)} more`,
  },
  lines: {
    never: (name: string) => `${name} has not run yet`,
    neverText: 'Run it once, so that there is a copy.',
    failed: (name: string) => `${name} failed`,
    warnings: (name: string, n: number | null) =>
      n === null
        ? `${name} completed with warnings`
        : `${name} completed with ${count(n)} ${n === 1 ? 'warning' : 'warnings'}`,
    warningsText: 'Everything else was copied. The report of the run says what it noticed.',
    overdue: (name: string) => `${name} is overdue`,
    overdueText: (day: string) => `It has a schedule, but nothing has completed since ${day}.`,
    off: (name: string) => `${name} is switched off`,
    offText: 'It has a schedule, but does not run by itself.',
    driveAway: (name: string) => `The drive for ${name} is not plugged in`,
    driveAwayText: 'Plug it in for the next run. The copy that is on it stays as it is.',
    placeAway: (name: string) => `The destination of ${name} is not there`,
    placeAwayText: (path: string | null) =>
      path === null
        ? 'Mount it, or change the backup.'
        : `${path} is missing, or not the one it was. Mount it, or change the backup.`,
    signedOut: (name: string) => `The sign-in of ${name} does not work any more`,
    signedOutText: 'Backups to it cannot run. Sign in again under Credentials.',
    clock: 'The clock of this box may be wrong',
    clockText: 'Schedules may run at wrong times. Connect the box to the network, or set its clock.',
    full: (place: string) => `${place} is nearly full`,
    fullText: (free: string, total: string) => `${free} of ${total} are free. Make room there, or use a larger drive.`,
  },

  jobs: {
    title: 'Backups',
    all: 'All backups',
    stripOf: (name: string) => `Last runs of ${name}`,
    more: (n: number) => `Show ${count(n)} more`,
  },

  next: {
    title: 'Now and next',
    now: 'now',
    running: 'Running',
    share: (percent: string) => `now, ${percent}`,
    left: (duration: string) => `${duration} left`,
    none: 'Nothing is planned. Backups run when you start them.',
    failed: 'What comes next could not be asked.',
  },

  space: {
    title: 'Space left',
    free: (free: string, total: string) => `${free} of ${total} free`,
    nearlyFull: (free: string, total: string) => `Nearly full: ${free} of ${total} free`,
    unknown: 'Here; its size is not told.',
    away: (since: string) => `Not here at the moment, seen ${since}.`,
    never: 'Not here at the moment.',
    network: 'In the network; no run has completed there yet.',
    networkSince: (since: string) => `In the network, last complete copy ${since}.`,
    readOnly: 'can only be read',
    usedBy: (names: string) => `for ${names}`,
    andMore: (n: number) => `${count(n)} more`,
    meter: (place: string) => `Space used at ${place}`,
    failed: 'The destinations could not be asked.',
    more: (n: number) => `Show ${count(n)} more`,
  },
};
export type Overview = typeof overview;
