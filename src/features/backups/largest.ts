interface SizedFile {
  landing: string;
  /** Relative to the landing, one character per byte. */
  path: string;
  size: number;
}

/** Keeps the largest files of any number that come by, largest first. */
export function createLargest(keep: number) {
  const kept: SizedFile[] = [];
  return {
    add(landing: string, path: string, size: number): void {
      const last = kept.at(-1);
      if (kept.length >= keep && last && size <= last.size) return;
      let at = kept.length;
      while (at > 0 && (kept[at - 1]?.size ?? 0) < size) at -= 1;
      kept.splice(at, 0, { landing, path, size });
      if (kept.length > keep) kept.pop();
    },
    list: (): readonly SizedFile[] => kept,
  };
}
