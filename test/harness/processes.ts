import { readFileSync } from 'node:fs';

/** False also for a process that is dead and only waits to be reaped by somebody else. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the name stands in brackets and may itself hold any character
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
  } catch {
    return false;
  }
}

/** Waits until a condition holds; throws with `what` when it does not within `withinMs`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await Bun.sleep(10);
  }
}

/** Waits until a process is gone. */
export const ended = (pid: number, withinMs = 5_000): Promise<void> =>
  eventually(`process ${pid} ends`, () => !isAlive(pid), withinMs);
