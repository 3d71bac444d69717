import { createSignal } from 'solid-js';

export const views = ['table', 'cards'] as const;
export type View = (typeof views)[number];

const key = 'dynamight.jobs.view';

/** How this browser shows the list of backups; remembered. */
export function createView(): [view: () => View, setView: (view: View) => void] {
  const [view, setView] = createSignal<View>(stored());
  const choose = (next: View) => {
    setView(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // holds for this visit only
    }
  };
  return [view, choose];
}

function stored(): View {
  try {
    const value = localStorage.getItem(key);
    return views.find((one) => one === value) ?? 'table';
  } catch {
    return 'table';
  }
}
