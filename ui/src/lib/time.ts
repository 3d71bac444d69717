import { createSignal, onCleanup } from 'solid-js';

/** Milliseconds since 1970, renewed every `everyMs` while somebody looks; for "2 minutes ago". */
export function createNow(everyMs = 10_000): () => number {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), everyMs);
  onCleanup(() => clearInterval(timer));
  return now;
}

/** Whole seconds left of a wait; 0 when there is none. */
export function createCountdown(): [secondsLeft: () => number, start: (seconds: number) => void] {
  const [left, setLeft] = createSignal(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(timer);
  onCleanup(stop);
  const start = (seconds: number) => {
    stop();
    const end = performance.now() + seconds * 1000;
    const update = () => {
      const rest = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      setLeft(rest);
      if (rest === 0) stop();
    };
    update();
    timer = setInterval(update, 250);
  };
  return [left, start];
}

/**
 * Calls `work` now (or after `firstMs`) and again `delayMs()` after it settled, until the owner is gone. Nothing is asked
 * while the page is hidden; coming back asks at once. The function returned asks at once, too.
 */
export function createPolling(work: () => Promise<void>, delayMs: () => number, firstMs = 0): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  let over = false;
  const tick = async () => {
    clearTimeout(timer);
    if (running) {
      again = true;
      return;
    }
    running = true;
    await work();
    running = false;
    if (over) return;
    if (again) {
      again = false;
      void tick();
    } else if (!document.hidden) timer = setTimeout(() => void tick(), delayMs());
  };
  const onVisibility = () => (document.hidden ? clearTimeout(timer) : void tick());
  document.addEventListener('visibilitychange', onVisibility);
  onCleanup(() => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  });
  if (firstMs > 0) timer = setTimeout(() => void tick(), firstMs);
  else void tick();
  return () => void tick();
}
