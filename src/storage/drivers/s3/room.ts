/** Memory for bodies on their way, shared by all uploads of a driver. */
export interface Room {
  /**
   * Waits until `bytes` fit, in turn; more than there is at all waits until everything is free. Answers how to give them
   * back. Rejects with the signal's reason.
   */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
}

export function createRoom(totalBytes: number): Room {
  let free = totalBytes;
  const waiting: { bytes: number; enter(): void }[] = [];

  function admit(): void {
    for (let first = waiting[0]; first && first.bytes <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.bytes;
      first.enter();
    }
  }

  return {
    take(wanted, signal) {
      const bytes = Math.min(wanted, totalBytes);
      return new Promise((resolve, reject) => {
        const give = () => {
          free += bytes;
          admit();
        };
        const place = {
          bytes,
          enter() {
            signal.removeEventListener('abort', leave);
            let given = false;
            resolve(() => {
              if (given) return;
              given = true;
              give();
            });
          },
        };
        const leave = () => {
          const index = waiting.indexOf(place);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal.reason);
          admit();
        };
        if (signal.aborted) return reject(signal.reason);
        if (waiting.length === 0 && bytes <= free) {
          free -= bytes;
          return place.enter();
        }
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(place);
        admit();
      });
    },
  };
}
