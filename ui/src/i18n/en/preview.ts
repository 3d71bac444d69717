import { bytes, count } from '../../lib/format.ts';

const files = (n: number) => `${count(n)} ${n === 1 ? 'file' : 'files'}`;

export const preview = {
  lead: 'See what a run would copy, before anything is written.',
  look: 'Look ahead',
  again: 'Look again',
  looking: 'Looking through the folders. This takes at most half a minute.',
  lookingLabel: 'Looking through the folders',
  stop: 'Stop looking',
  failed: 'The look ahead was refused.',
  stale: 'Something was changed since. These numbers are from before.',
  incompleteTitle: 'There is more than could be counted in this time.',
  incomplete: 'The numbers below are what was counted so far. The run itself takes all the time it needs.',
  problems: (n: number): string => (n === 1 ? 'This would stop the run:' : 'These would stop the run:'),
  fine: 'Nothing stands in the way of a run.',
  empty: 'These folders hold no files.',
  inSources: 'In the folders',
  toCopy: 'Will be copied',
  toDelete: 'Will be removed',
  excluded: 'Left out',
  free: 'Free at the destination',
  files,
  ofThere: (n: number) => `of ${files(n)} there`,
  excludedNote: (n: number) => `${bytes(n)}, by the patterns`,
  unknown: 'Not known',
  unknownNote: 'the destination cannot be looked at',
  nothing: 'Nothing',
  allThere: 'all of it is there already',
  roomLeft: (left: number) => `about ${bytes(left)} after the run`,
  largest: (n: number) => (n === 1 ? 'The largest file' : `The ${count(n)} largest files`),
  deleted: (shown: number, all: number) =>
    shown < all
      ? `What will be removed: the first ${count(shown)} of ${files(all)}`
      : `What will be removed: ${files(all)}`,
  ready: (n: number, size: number) => `Looked ahead: ${files(n)}, ${bytes(size)}.`,
};
export type Preview = typeof preview;
