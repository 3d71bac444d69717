import X from 'lucide-solid/icons/x';
import { createContext, createSignal, For, type JSX, onCleanup, Show, useContext } from 'solid-js';
import { t } from '../i18n/base.ts';
import { IconButton } from './icon-button.tsx';
import { Dot, type Mood } from './status-pill.tsx';

export interface Toast {
  text: string;
  mood?: Mood;
  /** Where to look at it. */
  link?: { href: string; label: string };
}

interface Shown extends Toast {
  id: number;
}

export interface Toasts {
  /** Shows and reads out something that happened; it goes by itself, unless it is bad news. */
  say(toast: Toast): void;
}

const shownMs = 6000;
const mostShown = 3;
const ToastContext = createContext<Toasts>();

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('Only inside ToastArea');
  return toasts;
}

/** The corner where news appear, and the live region that reads them out. */
export function ToastArea(props: { children: JSX.Element }) {
  const [shown, setShown] = createSignal<readonly Shown[]>([]);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let ids = 0;
  const drop = (id: number) => setShown((all) => all.filter((one) => one.id !== id));
  const leave = (id: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (document.querySelector('.toasts:hover, .toasts:focus-within')) leave(id);
      else drop(id);
    }, shownMs);
    timers.add(timer);
  };
  onCleanup(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  const say = (toast: Toast) => {
    const id = (ids += 1);
    setShown((all) => [...all, { ...toast, id }].slice(-mostShown));
    if (toast.mood !== 'bad') leave(id);
  };
  return (
    <ToastContext.Provider value={{ say }}>
      {props.children}
      <section class="toasts" role="status" aria-label={t().notifications}>
        <For each={shown()}>
          {(toast) => (
            <div class="toast">
              <Dot mood={toast.mood ?? 'idle'} />
              <p>{toast.text}</p>
              <Show when={toast.link}>{(link) => <a href={link().href}>{link().label}</a>}</Show>
              <IconButton label={t().actions.dismiss} onClick={() => drop(toast.id)}>
                <X size={16} />
              </IconButton>
            </div>
          )}
        </For>
      </section>
    </ToastContext.Provider>
  );
}
