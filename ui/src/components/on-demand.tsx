import { type Component, createMemo, lazy, Show, Suspense } from 'solid-js';

/**
 * A window that is fetched when it is opened for the first time: most visits to a page open none. It keeps its own
 * Suspense, so that the page under it stays as it is meanwhile.
 */
export function onDemand<P extends { open: boolean }>(load: () => Promise<{ default: Component<P> }>): Component<P> {
  const Window = lazy(load);
  return (props) => {
    const wanted = createMemo((before: boolean) => before || props.open, false);
    return (
      <Show when={wanted()}>
        <Suspense>
          <Window {...props} />
        </Suspense>
      </Show>
    );
  };
}
