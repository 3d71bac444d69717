import { count } from '../../lib/format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;
const warnings = (n: number) => `${count(n)} ${n === 1 ? 'warning' : 'warnings'}`;

export const backups = {
  /** The state of one backup in a sentence; `ago` is "2 hours ago". */
  safety: {
    safe: (ago: string, n: number | null) => `Safe, ${ago}${n === null ? '' : `, ${files(n)}`}`,
    warned: (ago: string, n: number) => `Complete with ${warnings(n)}, ${ago}`,
    partial: (ago: string, n: number) =>
      n === 0 ? `Incomplete, ${ago}` : `Incomplete, ${ago}: ${files(n)} not copied`,
    failed: (ago: string) => `Failed ${ago}`,
    stopped: (ago: string) => `Stopped ${ago}`,
    dry: (ago: string) => `Only tried out so far, ${ago}: nothing was copied`,
    never: 'Has not run yet',
    running: 'Running now',
    waiting: 'Waiting for its turn',
    off: (ago: string) => `Switched off; the last complete copy is from ${ago}`,
    overdue: (ago: string) => `Overdue; the last complete copy is from ${ago}`,
    overdueFirst: 'Overdue; it has not completed once',
  },
  /** In one or two words. */
  word: {
    safe: 'Safe',
    warned: 'Worth a look',
    partial: 'Incomplete',
    failed: 'Failed',
    stopped: 'Stopped',
    dry: 'Tried out',
    never: 'Not yet run',
    running: 'Running',
    off: 'Switched off',
    overdue: 'Overdue',
  },
  lastGood: (ago: string) => `The last complete copy is from ${ago}.`,
  noGood: 'No complete copy is on record.',
  strip: {
    loading: 'loading',
    none: 'none yet',
    counted: {
      completed: (n: number) => `${count(n)} complete`,
      warned: (n: number) => `${count(n)} complete with warnings`,
      partial: (n: number) => `${count(n)} incomplete`,
      failed: (n: number) => `${count(n)} failed`,
      cancelled: (n: number) => `${count(n)} stopped`,
      dry: (n: number) => `${count(n)} ${n === 1 ? 'dry run' : 'dry runs'}`,
      active: (n: number) => `${count(n)} running`,
    },
  },
};
export type Backups = typeof backups;
