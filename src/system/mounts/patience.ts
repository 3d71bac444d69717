/** Asks the machine about places that may never answer (a network mount whose server is gone, a dying drive). */
export interface Patience {
  /** What `ask` finds out; null when it fails or takes too long. One question per key is asked at a time, and shared. */
  ask<T>(key: string, ask: () => Promise<T>): Promise<T | null>;
}

/** A question that hangs holds a thread for as long as it hangs: it is never asked a second time beside itself. */
export function createPatience(timeoutMs: number): Patience {
  const asked = new Map<string, Promise<unknown>>();
  return {
    async ask<T>(key: string, ask: () => Promise<T>): Promise<T | null> {
      let answer = asked.get(key) as Promise<T | null> | undefined;
      if (!answer) {
        answer = ask()
          .catch(() => null)
          .finally(() => asked.delete(key));
        asked.set(key, answer);
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), timeoutMs);
      });
      try {
        return await Promise.race([answer, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
