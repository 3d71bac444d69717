import type { LogLineView, LogSearchView } from '../../api/runs.ts';

/** `whole`: everything there is was looked at. `full`: as many were found as are shown. */
export type SearchState = 'searching' | 'whole' | 'stopped' | 'full' | 'failed';

export interface Found {
  lines: readonly LogLineView[];
  /** Lines of the log looked at so far, and how many it has. */
  searched: number;
  total: number;
  state: SearchState;
}

export interface SearchWalk {
  /** Goes on from where it is, until it comes to the end, is stopped, or has found enough. Also for lines that came since. */
  walk(): Promise<void>;
  stop(): void;
  /** For good, without a word. */
  close(): void;
}

/** Finds that are kept; who searches for something that common wants something else. */
export const mostFound = 2000;

/** Looks through a log piece by piece, each of them an answer of the box, and tells how far it is. */
export function createSearchWalk(
  ask: (offset: number) => Promise<LogSearchView>,
  tell: (found: Found) => void,
  most = mostFound,
): SearchWalk {
  let found: Found = { lines: [], searched: 0, total: 0, state: 'searching' };
  let walking = false;
  let halt = false;
  let over = false;
  const say = (news: Partial<Found>) => {
    found = { ...found, ...news };
    if (!over) tell(found);
  };
  const walk = async () => {
    if (walking || over || found.lines.length >= most) return;
    walking = true;
    halt = false;
    // Lines that came since are looked through without a word.
    if (found.state !== 'whole') say({ state: 'searching' });
    try {
      for (let more = true; more && !over; ) {
        const answer = await ask(found.searched);
        const lines = [...found.lines, ...answer.lines].slice(0, most);
        more = answer.more;
        const { searched, total } = answer;
        if (lines.length >= most) return say({ lines, searched, total, state: more ? 'full' : 'whole' });
        if (!more) return say({ lines, searched, total, state: 'whole' });
        say({ lines, searched, total });
        if (halt) return say({ state: 'stopped' });
      }
    } catch {
      say({ state: 'failed' });
    } finally {
      walking = false;
    }
  };
  return {
    walk,
    stop() {
      halt = true;
    },
    close() {
      over = true;
    },
  };
}
