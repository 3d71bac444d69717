import { bytes, count, duration } from './format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;

/** Every word the page says. Sentences are whole, so that another language can order them its own way. */
export const text = {
  product: 'Dynamight',
  title: (screen: string) => (screen === '' ? 'Dynamight' : `${screen} · Dynamight`),
  skip: 'Skip to the content',
  footer: { docs: 'API documentation' },

  connection: {
    connecting: 'Connecting …',
    lostTitle: 'This box does not answer',
    lostText: 'It may be starting, switched off, or on another network. The page tries again every few seconds.',
    retry: 'Try now',
    stale: 'The box does not answer at the moment. What is shown here may be old.',
    failed: 'The box did not answer. Check that it is on, then try again.',
  },

  recovery: {
    title: 'The database needs your help',
    what: 'Dynamight could not open its database, so it started in recovery mode: no backup runs, nothing is changed, and set-up stays closed. The backups at their destinations are plain files and are not affected.',
    how: 'On the box itself, this command lists the saved copies of the database and puts one back:',
    command: 'dynamight doctor --recover',
    after: 'This page goes on by itself as soon as the database is back.',
  },

  setup: {
    title: 'Set up this box',
    lead: 'Make the account that looks after it. It lives here only; there is nothing to sign up for.',
    name: 'Name',
    password: 'Password',
    rule: 'At least 12 characters. Four or five unrelated words are easy to remember and hard to guess.',
    submit: 'Create account',
    busy: 'Creating …',
    nameMissing: 'Enter the name you want to sign in with.',
    passwordShort: (have: number) => `${have} of at least 12 characters.`,
    closedTitle: 'Set-up is closed right now.',
    closedElse: 'Or make the account on the box itself:',
    closedCommand: 'dynamight user add <name>',
    taken: 'Somebody has made the account already. Sign in with it.',
  },

  login: {
    title: 'Sign in',
    name: 'Name',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in …',
    nameMissing: 'Enter your name.',
    passwordMissing: 'Enter your password.',
    wrong: 'Name and password do not match.',
    ended: 'Your session has ended. Sign in again.',
    signedOut: 'You are signed out.',
    forgot: 'Password forgotten? On the box itself:',
    forgotCommand: 'dynamight user reset-password <name>',
    locked: 'Too many failed attempts.',
    lockedFor: (seconds: number) => `Try again in ${duration(seconds)}.`,
  },

  secondFactor: {
    title: 'One more step',
    codeLead: 'Open your authenticator app and type the six digits it shows for Dynamight.',
    code: 'Code',
    codeMissing: 'The code has six digits.',
    codeWrong: 'That code is not right, or it was used already. Wait for the next one.',
    recoveryLead: 'Type one of the five recovery codes you kept. Each works once.',
    recovery: 'Recovery code',
    recoveryMissing: 'A recovery code looks like ABCD-1234-EFGH.',
    recoveryWrong: 'That recovery code is not right, or it was used already.',
    expired: 'That took too long. Start again with your password.',
    submit: 'Continue',
    busy: 'Checking …',
    useRecovery: 'Use a recovery code instead',
    useCode: 'Use the app instead',
    back: 'Start again',
    codesLeft: (left: number) =>
      left === 0
        ? 'That was your last recovery code. Turn two-factor login off and on again to get new ones.'
        : `You have ${left} recovery ${left === 1 ? 'code' : 'codes'} left.`,
  },

  password: { show: 'Show', hide: 'Hide', showLong: 'Show password', hideLong: 'Hide password' },

  home: {
    title: 'Backups',
    signedInAs: (name: string) => `Signed in as ${name}`,
    signOut: 'Sign out',
    loading: 'Loading …',
    emptyTitle: 'No backups yet',
    emptyLead: 'The first one is a single command on this box. Name a folder, and where its copy should go:',
    emptyCommand: 'dynamight backup <folder> <destination>',
    emptyExample: 'For example',
    emptyExampleCommand: 'dynamight backup ~/Pictures /mnt/usb/backup',
    emptyThen: 'It shows up here by itself, and you can run it again with one click.',
    notHereTitle: 'There is nothing at this address',
    notHereLink: 'Go to your backups',
  },

  job: {
    run: 'Run now',
    actionOf: (action: string, name: string) => `${action}: ${name}`,
    stop: 'Stop',
    stopping: 'Stopping …',
    starting: 'Starting …',
    to: 'to',
    never: 'Has not run yet',
    moreSources: (n: number) => `and ${count(n)} more`,
    done: {
      completed: (ago: string) => `Completed ${ago}`,
      warned: (ago: string) => `Completed with warnings ${ago}`,
      partial: (ago: string) => `Incomplete, ${ago}`,
      failed: (ago: string) => `Failed ${ago}`,
      cancelled: (ago: string) => `Stopped ${ago}`,
      dry: (ago: string) => `Dry run ${ago}`,
    },
    unchanged: 'nothing had changed',
    copied: (n: number, size: number) => `${files(n)}, ${bytes(size)}`,
    deleted: (n: number) => `${files(n)} removed`,
    warnings: (n: number) => `${count(n)} ${n === 1 ? 'warning' : 'warnings'}`,
    errors: (n: number) => `${files(n)} not copied`,
    phase: {
      waiting: 'Waiting for the destination',
      mounting: 'Mounting the drive',
      scanning: 'Comparing files',
      transferring: 'Copying',
      deleting: 'Removing what is gone',
      flushing: 'Writing to the disk',
      verifying: 'Checking',
      unmounting: 'Unmounting the drive',
    } as Record<string, string>,
    running: 'Running',
    progressOf: (name: string) => `Progress of ${name}`,
    filesOf: (done: number, all: number) => `${count(done)} of ${files(all)}`,
    files,
    bytesOf: (done: number, all: number) => `${bytes(done)} of ${bytes(all)}`,
    rate: (perSecond: number) => `${bytes(perSecond)}/s`,
    left: (seconds: number) => `${duration(seconds)} left`,
    announce: {
      completed: (name: string) => `${name}: completed.`,
      failed: (name: string) => `${name}: failed.`,
      cancelled: (name: string) => `${name}: stopped.`,
      started: (name: string) => `${name}: started.`,
    },
  },

  unexpected: 'Something went wrong on the box. Try again; if it stays so, look into its log.',
};
