import type { Content, ResumeSlot } from '../../driver.ts';
import { createQuickXor, type QuickXor, resumeQuickXor } from './quickxor.ts';

/** What is remembered of an upload on its way. */
export interface Remembered {
  url: string;
  /** When the service forgets it, milliseconds since 1970. */
  expires: number;
  /** The hash of what had arrived. */
  hash: QuickXor;
}

/** Where uploads on their way are remembered: in the caller's slot, and for the next try of this very content here. */
export interface UploadMemory {
  load(path: string, content: Content, mtimeNs: bigint | null, slot: ResumeSlot | undefined): Remembered | null;
  save(path: string, content: Content, mtimeNs: bigint | null, slot: ResumeSlot | undefined, one: Remembered): void;
  clear(content: Content, slot: ResumeSlot | undefined): void;
}

/** As it is kept in the slot. */
interface Kept {
  url: string;
  expires: number;
  path: string;
  size: number;
  mtime: string | null;
  hash: unknown;
}

/** Sessions that end sooner are not worth being gone on with. */
const marginMs = 60_000;

function remembered(
  state: unknown,
  path: string,
  content: Content,
  mtimeNs: bigint | null,
  now: number,
): Remembered | null {
  if (typeof state !== 'object' || state === null) return null;
  const kept = state as Partial<Kept>;
  const same = kept.path === path && kept.size === content.size && kept.mtime === (mtimeNs?.toString() ?? null);
  if (!same || typeof kept.url !== 'string' || !URL.parse(kept.url)?.href.startsWith('https://')) return null;
  if (typeof kept.expires !== 'number' || kept.expires - marginMs < now) return null;
  return { url: kept.url, expires: kept.expires, hash: resumeQuickXor(kept.hash) ?? createQuickXor() };
}

export function createUploadMemory(now: () => number): UploadMemory {
  const tries = new WeakMap<Content, Kept>();
  return {
    load: (path, content, mtimeNs, slot) => {
      for (const state of [tries.get(content), slot?.load()]) {
        const found = remembered(state, path, content, mtimeNs, now());
        if (found) return found;
      }
      return null;
    },
    save(path, content, mtimeNs, slot, { url, expires, hash }) {
      const mtime = mtimeNs?.toString() ?? null;
      const kept: Kept = { url, expires, path, size: content.size, mtime, hash: hash.state() };
      tries.set(content, kept);
      slot?.save(kept);
    },
    clear(content, slot) {
      tries.delete(content);
      slot?.clear();
    },
  };
}
