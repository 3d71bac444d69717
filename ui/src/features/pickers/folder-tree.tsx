import { createVirtualizer } from '@tanstack/solid-virtual';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import CircleAlert from 'lucide-solid/icons/circle-alert';
import Folder from 'lucide-solid/icons/folder';
import { createEffect, createSignal, createUniqueId, For, on, onMount, Show } from 'solid-js';
import { pickersText as t } from '../../i18n/pickers.ts';
import type { FolderState } from './folder-state.ts';
import { type Row, stepOf } from './tree.ts';

const rowHeight = 44;
/** Deeper folders are not moved further to the right: their names would have no room on a phone. */
const deepest = 7;

/** The tree itself: one stop for the tab key, arrows inside, and only the lines in sight in the document. */
export function FolderTree(props: { state: FolderState; onPick: (path: string) => void }) {
  const id = createUniqueId();
  const [box, setBox] = createSignal<HTMLDivElement | null>(null);
  const state = props.state; // oxlint-disable-line solid/reactivity -- made once with the dialog
  const rows = state.rows;
  const markedIndex = () => rows().findIndex((row) => row.path === state.at());
  const virtual = createVirtualizer({
    get count() {
      return rows().length;
    },
    getScrollElement: box,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
    scrollPaddingEnd: rowHeight,
  });
  createEffect(
    on(
      () => [state.at(), state.loading()] as const,
      () => {
        const index = markedIndex();
        if (index >= 0) queueMicrotask(() => virtual.scrollToIndex(index));
      },
    ),
  );
  let element: HTMLDivElement | undefined;
  // Only in the document it has a size to measure.
  onMount(() => {
    setBox(element ?? null);
    element?.focus();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(0, markedIndex());
    if (event.key === 'Enter' && state.at() !== null) {
      event.preventDefault();
      props.onPick(state.at() ?? '');
      return;
    }
    const step = markedIndex() < 0 && event.key.startsWith('Arrow') ? { to: 0 } : stepOf(rows(), at, event.key);
    if (step === null) return;
    event.preventDefault();
    const path = rows()[Object.values(step)[0] ?? 0]?.path;
    if (path === undefined) return;
    if ('to' in step) state.mark(path);
    else if ('open' in step) state.open(path);
    else state.close(path);
  };
  return (
    <div
      ref={(made) => {
        element = made;
      }}
      class="tree"
      role="tree"
      aria-label={t().folder.tree}
      aria-busy={state.loading()}
      tabindex="0"
      aria-activedescendant={markedIndex() < 0 ? undefined : `${id}-${markedIndex()}`}
      onKeyDown={onKeyDown}
    >
      <div class="tree-whole" role="none" style={{ height: `${virtual.getTotalSize()}px` }}>
        <For each={virtual.getVirtualItems()}>
          {(item) => (
            <Show when={rows()[item.index]}>
              {(row) => (
                <TreeRow
                  id={`${id}-${item.index}`}
                  row={row()}
                  top={item.start}
                  marked={row().path === state.at()}
                  onMark={() => {
                    state.mark(row().path);
                    if (row().open === false) state.open(row().path);
                  }}
                  onTurn={() => (row().open ? state.close(row().path) : state.open(row().path))}
                />
              )}
            </Show>
          )}
        </For>
      </div>
    </div>
  );
}

function TreeRow(props: {
  id: string;
  row: Row;
  top: number;
  marked: boolean;
  onMark: () => void;
  onTurn: () => void;
}) {
  return (
    <div
      id={props.id}
      class="tree-row"
      role="treeitem"
      aria-level={props.row.level}
      aria-posinset={props.row.position}
      aria-setsize={props.row.siblings}
      aria-expanded={props.row.open ?? undefined}
      aria-selected={props.marked}
      aria-busy={props.row.loading}
      style={{
        height: `${rowHeight}px`,
        transform: `translateY(${props.top}px)`,
        '--level': Math.min(props.row.level, deepest) - 1,
      }}
      onClick={() => props.onMark()}
    >
      <span
        class="tree-turn"
        aria-hidden="true"
        data-open={props.row.open ? '' : undefined}
        onClick={(event) => {
          event.stopPropagation();
          if (props.row.open === null) props.onMark();
          else props.onTurn();
        }}
      >
        <Show when={!props.row.loading} fallback={<span class="spinner" />}>
          <Show when={props.row.open !== null}>
            <ChevronRight size={18} />
          </Show>
        </Show>
      </span>
      <Show when={props.row.problem} fallback={<Folder size={18} aria-hidden="true" />}>
        <CircleAlert size={18} aria-hidden="true" />
      </Show>
      <span class="tree-name">{props.row.name}</span>
    </div>
  );
}
