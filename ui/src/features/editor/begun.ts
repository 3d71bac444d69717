import type { JobDraft } from './draft.ts';

/** Goes along with the way from the first steps to the editor: folders chosen so far, for a place in the network. */
export const elsewhere = (sources: readonly string[]): { sources: string[] } => ({ sources: [...sources] });

/** What a new job begins with after that; nothing for anybody who came another way. A reload finds it again. */
export function begunWith(state: unknown): Partial<JobDraft> {
  const { sources } = (state ?? {}) as { sources?: unknown };
  if (!Array.isArray(sources) || !sources.every((one) => typeof one === 'string')) return {};
  // A drive of this box is what was turned down.
  return { sources, kind: 's3' };
}
