/** The part of `sessionStorage` it needs. */
type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'dynamight.locked-until';
/** The longest the box locks by itself; a clock that was set must not lock the form for days. */
const longestSeconds = 3600;

/** Remembers, for this tab, until when signing in is locked. */
export function keepLock(seconds: number, nowMs: number, keeper: Keeper): void {
  if (seconds > 0) keeper.setItem(key, String(nowMs + seconds * 1000));
  else keeper.removeItem(key);
}

/** Whole seconds that are left of it. */
export function lockLeft(nowMs: number, keeper: Keeper): number {
  const left = Math.ceil((Number(keeper.getItem(key)) - nowMs) / 1000);
  return left > 0 && left <= longestSeconds ? left : 0;
}

/** The lock of the sign-in form: a reload neither hides the countdown nor starts it again. */
export const signInLock = {
  left(): number {
    try {
      return lockLeft(Date.now(), sessionStorage);
    } catch {
      return 0; // storage is switched off: the box says it again at the next try
    }
  },
  keep(seconds: number): void {
    try {
      keepLock(seconds, Date.now(), sessionStorage);
    } catch {
      // as above
    }
  },
};
