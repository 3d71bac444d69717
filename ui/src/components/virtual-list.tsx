import {
  batch,
  createEffect,
  createMemo,
  createSignal,
  For,
  Index,
  type JSX,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { createTallScroll } from './tall-scroll.ts';

export interface VirtualListHandle {
  /** Scrolls to the last row. */
  toEnd(): void;
  /** Brings a row into the middle. */
  toIndex(index: number): void;
  /** Whether the last row is in sight. */
  atEnd(): boolean;
  /** The row in the middle of what is in sight. */
  middle(): number;
}

/** Rows drawn above and below what is in sight, so that a turn of the wheel shows no gap. */
const spareRows = 8;

/** As many rows as one likes, of which only those in sight are in the document. Rows have one height. */
export function VirtualList(props: {
  label: string;
  count: number;
  rowHeight: number;
  /** Drawn anew for each index. */
  row?: (index: number) => JSX.Element;
  /** Instead of `row`, for lists that move fast: elements stay where they are and show other indexes in turn. */
  movingRow?: (index: () => number) => JSX.Element;
  /** Stays at the end while rows are added. */
  follow?: boolean;
  /** The reader has scrolled; not called for what follows by itself. */
  onScroll?: (atEnd: boolean) => void;
  handle?: (handle: VirtualListHandle) => void;
  class?: string;
}) {
  let box: HTMLDivElement | undefined;
  const scroll = createTallScroll();
  const [view, setView] = createSignal(0);
  const [moved, setMoved] = createSignal(0, { equals: false });
  const whole = () => props.count * props.rowHeight;
  const below = () => whole() - scroll.top() - view();
  const atEnd = () => below() <= props.rowHeight * 2;

  let wanted = 0; // the scrollTop the browser should have
  let shown = 0; // and the one it has
  let settling = 0; // the frame in which a change of size is over
  onMount(() => {
    if (!box) return;
    const settle = () => {
      settling = 0;
      shown = box?.scrollTop ?? 0;
      setMoved(0);
    };
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      setView(entry.contentRect.height);
      // A box that was hidden or had no room forgets where it was, and says so in the next frame: that was no reader.
      cancelAnimationFrame(settling);
      settling = requestAnimationFrame(() => {
        settling = requestAnimationFrame(settle);
      });
    });
    observer.observe(box);
    setView(box.clientHeight);
    onCleanup(() => {
      observer.disconnect();
      cancelAnimationFrame(settling);
    });
  });

  /** Where the list is. A memo, so that rows and height are in the document before the browser is told to scroll. */
  const place = createMemo<{ size: string; height: number; top: number; shift: number }>(
    (before) => {
      moved();
      const size = `${whole()} ${view()} ${props.follow}`;
      if (size !== before.size) {
        wanted = scroll.resized(whole(), view());
        if (props.follow) wanted = scroll.goTo(whole());
      }
      return { size, height: scroll.height(), top: scroll.top(), shift: scroll.shift() };
    },
    { size: '', height: 0, top: 0, shift: 0 },
  );
  createEffect(() => {
    place();
    if (!box || wanted === shown) return;
    box.scrollTop = wanted;
    shown = wanted;
  });
  const goTo = (y: number) => {
    wanted = scroll.goTo(y);
    setMoved(0);
  };
  const toEnd = () => goTo(whole());
  createEffect(() =>
    props.handle?.({
      toEnd,
      // A list that was hidden a moment ago has not been measured yet.
      toIndex: (index) => goTo((index + 0.5) * props.rowHeight - (view() || (box?.clientHeight ?? 0)) / 2),
      atEnd,
      middle: () => Math.max(0, Math.min(props.count - 1, Math.floor((scroll.top() + view() / 2) / props.rowHeight))),
    }),
  );

  const onScroll = (scrollTop: number) =>
    settling === 0 &&
    batch(() => {
      const before = scroll.top();
      shown = scrollTop;
      wanted = scroll.scrolled(scrollTop);
      setMoved(0);
      if (scroll.top() === before) return;
      // Who moves up by a hair wants to read on there.
      props.onScroll?.(scroll.top() < before ? below() < 1 : atEnd());
    });
  const onKeyDown = (event: KeyboardEvent) => {
    // The browser's own way there takes many steps, through everything in between.
    if (event.target !== box || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') toEnd();
    else return;
    event.preventDefault();
    props.onScroll?.(atEnd());
  };

  const slots = createMemo(() =>
    Math.max(0, Math.min(props.count, Math.ceil(view() / props.rowHeight) + 1 + 2 * spareRows)),
  );
  const from = createMemo(() =>
    Math.max(0, Math.min(Math.floor(place().top / props.rowHeight) - spareRows, props.count - slots())),
  );
  const inSight = createMemo(() => Array.from({ length: slots() }, (_, slot) => from() + slot));
  const shell = (index: () => number, inside: () => JSX.Element) => (
    <div
      class="virtual-list-row"
      role="listitem"
      aria-setsize={props.count}
      aria-posinset={index() + 1}
      style={{ height: `${props.rowHeight}px` }}
    >
      {inside()}
    </div>
  );

  return (
    // Focusable, so that the keyboard can scroll it.
    <div
      ref={(element) => {
        box = element;
      }}
      class={`virtual-list ${props.class ?? ''}`}
      role="list"
      aria-label={props.label}
      tabindex="0"
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="virtual-list-whole" style={{ height: `${place().height}px` }}>
        <div
          class="virtual-list-rows"
          style={{ transform: `translateY(${from() * props.rowHeight - place().shift}px)` }}
        >
          <Show
            when={props.movingRow}
            fallback={
              <For each={inSight()}>
                {(index) =>
                  shell(
                    () => index,
                    () => props.row?.(index),
                  )
                }
              </For>
            }
          >
            {(row) => <Index each={inSight()}>{(index) => shell(index, () => row()(index))}</Index>}
          </Show>
        </div>
      </div>
    </div>
  );
}
