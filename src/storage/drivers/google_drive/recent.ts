import type { Item } from './items.ts';

/** Changes of ours that listings may not show yet. */
const most = 5_000;
const checksAtOnce = 8;

export interface Recent {
  /** Made, replaced or moved here by us just now. */
  made(item: Item, parent: string): void;
  /** Taken away from this place by us. */
  gone(item: Pick<Item, 'id' | 'name'>, parent: string): void;
  /**
   * What a search in these folders answered, with what we know better: listings lag behind for seconds in My Drive and
   * up to an hour in shared drives. `fetch` asks for one thing by its ID, which is never late; null: not there.
   */
  correct(
    found: readonly Item[],
    parents: readonly string[],
    name: string | null,
    fetch: (id: string) => Promise<Item | null>,
  ): Promise<Item[]>;
}

export function createRecent(): Recent {
  const fresh = new Map<string, { item: Item; parent: string }>();
  const byParent = new Map<string, Set<string>>();
  const taken = new Map<string, { name: string; parent: string }>();

  function forget(id: string): void {
    const known = fresh.get(id);
    if (!known) return;
    fresh.delete(id);
    const same = byParent.get(known.parent);
    same?.delete(id);
    if (same?.size === 0) byParent.delete(known.parent);
  }
  const bound = (map: Map<string, unknown>, drop: (id: string) => void) => {
    if (map.size <= most) return;
    for (const id of map.keys()) {
      drop(id);
      break;
    }
  };

  return {
    made(item, parent) {
      forget(item.id);
      taken.delete(item.id);
      fresh.set(item.id, { item, parent });
      const same = byParent.get(parent);
      if (same) same.add(item.id);
      else byParent.set(parent, new Set([item.id]));
      bound(fresh, forget);
    },
    gone({ id, name }, parent) {
      forget(id);
      taken.delete(id);
      taken.set(id, { name, parent });
      bound(taken, (oldest) => taken.delete(oldest));
    },
    async correct(found, parents, name, fetch) {
      const items: Item[] = [];
      const seen = new Set<string>();
      for (const item of found) {
        if (seen.has(item.id)) continue; // pages shift while others write
        seen.add(item.id);
        const left = taken.get(item.id);
        if (left && left.name === item.name && parents.includes(left.parent)) continue;
        const ours = fresh.get(item.id);
        if (ours && ours.item.version > item.version) items.push(ours.item);
        else {
          items.push(item);
          if (ours) forget(item.id); // the listing has caught up
        }
      }
      const missing = parents
        .flatMap((parent) => [...(byParent.get(parent) ?? [])])
        .filter((id) => !seen.has(id) && (name === null || fresh.get(id)?.item.name === name));
      for (let at = 0; at < missing.length; at += checksAtOnce) {
        const some = missing.slice(at, at + checksAtOnce);
        const told = await Promise.all(some.map(fetch));
        for (const [index, item] of told.entries()) {
          const here = item !== null && !item.trashed && item.parents.some((parent) => parents.includes(parent));
          if (here && (name === null || item.name === name)) items.push(item);
          else forget(some[index] ?? '');
        }
      }
      return items;
    },
  };
}
