import type { JobView, RunView } from '../../api/jobs.ts';
import type { OverruleWords } from '../../i18n/en/overrule.ts';

/** What stopped a run and a person may overrule. */
export type FindingReason = keyof OverruleWords['title'];
type Does = keyof OverruleWords['does'];
type Stays = keyof OverruleWords['stays'];

const reasons: readonly string[] = [
  'too_many_deletions',
  'source_empty',
  'source_changed',
  'destination_changed',
] satisfies FindingReason[];

/** So long a confirmation is taken; the server holds the same. */
const confirmMs = 7 * 86_400_000;

export interface Finding {
  reason: FindingReason;
  /** Handed back with the next run. */
  token: string;
  /** Until when it is taken, in UTC. */
  until: string;
}

/** The open question of a run; null when there is none, or it was answered. */
export function findingOf(run: RunView): Finding | null {
  const { reason, confirm: token } = run;
  const at = run.started_at ?? run.completed_at;
  if (run.status !== 'failed' || token === null || reason === null || !reasons.includes(reason) || at === null)
    return null;
  const until = new Date(Date.parse(at) + confirmMs).toISOString();
  return { reason: reason as FindingReason, token, until };
}

/** What a confirmed run will do, and what it leaves alone. Pure; the words are elsewhere. */
export function whatFollows(
  reason: FindingReason,
  given: { dryRun: boolean; options: JobView['sync_options'] },
): { does: Does[]; stays: Stays[] } {
  const deletes = given.options['delete_extraneous'] === true;
  const keeps = given.options['history'] !== null && given.options['history'] !== undefined;
  const { does, stays } = partsOf(reason, deletes, keeps);
  // A job that only ever rehearses does so with a confirmation, too.
  const real: Does[] = given.dryRun && given.options['dry_run'] !== true ? ['forReal'] : [];
  return { does: [...real, ...does], stays };
}

function partsOf(reason: FindingReason, deletes: boolean, keeps: boolean): { does: Does[]; stays: Stays[] } {
  switch (reason) {
    case 'too_many_deletions':
      return { does: [keeps ? 'keepsListed' : 'deletesListed', 'copiesAsAlways'], stays: ['otherFiles', 'sources'] };
    case 'source_empty':
      return deletes
        ? { does: ['takesEmpty', 'deletesCopyOfEmpty'], stays: ['sources'] }
        : { does: ['takesEmpty', 'copiesAsAlways'], stays: ['copyOfEmpty', 'sources'] };
    case 'source_changed':
      return deletes
        ? { does: ['takesDisk', 'deletesMissing'], stays: ['sources'] }
        : { does: ['takesDisk'], stays: ['copies', 'sources'] };
    case 'destination_changed':
      return {
        does: ['claims', 'copiesAnew', 'replaces', ...(deletes ? (['deletesForeign'] as const) : [])],
        stays: ['outside', 'before', 'sources'],
      };
  }
}

/** `a/b/c.txt` of a landing as name and folder, so that a long path stays readable in two short lines. */
export function nameAndFolder({ landing, path }: { landing: string; path: string }): { name: string; folder: string } {
  const whole = `${landing}/${path}`;
  const cut = whole.lastIndexOf('/');
  return { name: whole.slice(cut + 1), folder: whole.slice(0, cut) };
}
