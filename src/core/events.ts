/**
 * Typed news between rooms: `Map` is `{ 'run.started': {...}, … }`. Handlers run synchronously, in order of
 * subscription; a handler that throws is reported to `onError` and never stops the one who spoke. Who subscribes during
 * an event hears from the next one on.
 */
export interface Events<Map extends object> {
  emit<K extends keyof Map>(name: K, payload: Map[K]): void;
  /** Returns the function that ends the subscription. */
  on<K extends keyof Map>(name: K, handler: (payload: Map[K]) => void): () => void;
}

export function createEvents<Map extends object>(onError: (error: unknown) => void): Events<Map> {
  const handlers = new globalThis.Map<keyof Map, Set<(payload: never) => void>>();
  return {
    emit(name, payload) {
      const listening = [...(handlers.get(name) ?? [])];
      for (const handler of listening) {
        try {
          handler(payload as never);
        } catch (error) {
          onError(error);
        }
      }
    },
    on(name, handler) {
      const set = handlers.get(name) ?? new Set();
      handlers.set(name, set);
      set.add(handler);
      return () => void set.delete(handler);
    },
  };
}
