import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Capabilities } from '../../driver.ts';
import { type NameRules, pathProblem } from '../../names.ts';

interface Habits {
  mtimePrecisionNs: bigint;
  caseSensitive: boolean;
  names: NameRules;
}

const windowsNames: NameRules = { forbidden: '"*:<>?|\\', noControl: true, notLast: '. ', maxNameChars: 255 };
const unix: Habits = { mtimePrecisionNs: 1n, caseSensitive: true, names: { maxNameBytes: 255 } };
const fat: Habits = { mtimePrecisionNs: 2_000_000_000n, caseSensitive: false, names: windowsNames };

/** By the magic number of statfs(2). What is not here keeps nanoseconds and any name. */
const habitsOf: Record<number, Habits> = {
  0x4d44: fat,
  0x2011bab0: { ...fat, mtimePrecisionNs: 10_000_000n },
  // ntfs3; what goes through FUSE may be any of the three, and is taken for the weakest
  0x7366746e: { mtimePrecisionNs: 100n, caseSensitive: true, names: windowsNames },
  0x65735546: fat,
};

/** What the filesystem a folder lies on can hold; of the nearest one above, while the folder is not there. */
export function filesystemHabits(
  path: string,
): Pick<Capabilities, 'mtimePrecisionNs' | 'caseSensitive' | 'pathProblem'> {
  const { names, ...habits } = habitsOf[typeNear(path)] ?? unix;
  return { ...habits, pathProblem: (one) => pathProblem(one, names) };
}

function typeNear(path: string): number {
  for (let at = path; ; at = dirname(at)) {
    try {
      return statfsSync(at).type;
    } catch {
      if (at === '/' || at === '.') return 0;
    }
  }
}
