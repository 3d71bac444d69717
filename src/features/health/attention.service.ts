import type { AttentionLine, AttentionSource } from '../../core/attention.ts';
import { type Clock, toIso } from '../../core/clock.ts';
import type { AttentionView } from './schema.ts';

export interface AttentionService {
  /** Errors first, within them the oldest first. */
  list(): Promise<AttentionView[]>;
}

const rank = { error: 0, warning: 1 } as const;

/** Gathers what the rooms say. A room that cannot say fails the answer: an empty list means that all is well. */
export function createAttentionService(sources: readonly AttentionSource[], clock: Clock): AttentionService {
  let firstSeen = new Map<string, number>();

  return {
    async list() {
      const lines = (await Promise.all(sources.map(async (source) => await source()))).flat();
      const now = clock.now();
      const sinceOf = (line: AttentionLine) => line.since ?? firstSeen.get(line.id) ?? now;
      firstSeen = new Map(lines.map((line) => [line.id, sinceOf(line)]));
      return lines
        .map((line) => ({ line, since: sinceOf(line) }))
        .sort((a, b) => rank[a.line.level] - rank[b.line.level] || a.since - b.since)
        .map(({ line, since }) => view(line, since));
    },
  };
}

const view = (line: AttentionLine, since: number): AttentionView => {
  const { id, level, topic, message, name, jobId, runId, confirm } = line;
  return {
    id,
    level,
    topic,
    message,
    ...(name === undefined ? {} : { name }),
    ...(jobId === undefined ? {} : { job_id: jobId }),
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(confirm === undefined ? {} : { confirm }),
    since: toIso(since),
  };
};
