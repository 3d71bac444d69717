import { StorageError } from '../../errors.ts';
import type { DriveApi } from './api.ts';
import { type Item, itemFields, itemOf } from './items.ts';
import type { Recent } from './recent.ts';

export interface Removal {
  /**
   * Removes a file for good: a backup that removes wants the room. In shared drives most members may only move things
   * to the trash, and that is done instead. Not there is fine.
   */
  file(item: Item, parent: string, signal: AbortSignal): Promise<void>;
  /** Moves anything to the trash, where Drive keeps it for 30 days. Not there is fine. */
  trash(item: Pick<Item, 'id' | 'name'>, parent: string, signal: AbortSignal): Promise<void>;
  /** Takes it out of the trash again. */
  restore(item: Pick<Item, 'id' | 'name'>, parent: string, signal: AbortSignal): Promise<void>;
}

const isCode = (error: unknown, code: StorageError['code']): boolean =>
  error instanceof StorageError && error.code === code;

export function createRemoval(api: DriveApi, recent: Recent): Removal {
  async function setTrashed(id: string, trashed: boolean, what: string, signal: AbortSignal): Promise<Item> {
    const file = await api.call(
      what,
      (drive, options) =>
        drive.files.update(
          { fileId: id, requestBody: { trashed }, fields: itemFields, supportsAllDrives: true },
          options,
        ),
      signal,
    );
    return itemOf(file);
  }

  async function trash(item: Pick<Item, 'id' | 'name'>, parent: string, signal: AbortSignal): Promise<void> {
    try {
      await setTrashed(item.id, true, `Moving ${JSON.stringify(item.name)} to the trash`, signal);
    } catch (error) {
      if (!isCode(error, 'not_found')) throw error;
    }
    recent.gone(item, parent);
  }

  return {
    trash,
    async file(item, parent, signal) {
      try {
        await api.call(
          `Removing ${JSON.stringify(item.name)}`,
          (drive, options) => drive.files.delete({ fileId: item.id, supportsAllDrives: true }, options),
          signal,
        );
      } catch (error) {
        if (isCode(error, 'permission')) return trash(item, parent, signal);
        if (!isCode(error, 'not_found')) throw error;
      }
      recent.gone(item, parent);
    },
    async restore(item, parent, signal) {
      const back = await setTrashed(item.id, false, `Taking ${JSON.stringify(item.name)} out of the trash`, signal);
      recent.made(back, parent);
    },
  };
}
