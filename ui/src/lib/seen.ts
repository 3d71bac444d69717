import { createSignal, onCleanup } from 'solid-js';

/** Whether an element came near what is on the screen; once true it stays so. For what is asked only when looked at. */
export function createSeen(): [seen: () => boolean, watch: (element: Element) => void] {
  const [seen, setSeen] = createSignal(false);
  const watch = (element: Element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        setSeen(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    onCleanup(() => observer.disconnect());
  };
  return [seen, watch];
}
