/** A source folder and the folder of the destination it fills. */
export interface Landing {
  source: string;
  landing: string;
}

const reserved = '.dynamight';
const segments = (path: string) => path.split('/').filter((part) => part !== '');
const fold = (path: string) => path.toLowerCase();

/** One lies in the other, or is it. Case is ignored: the destination may ignore it too. */
export function nested(a: string, b: string): boolean {
  const [left, right] = [`${fold(a)}/`, `${fold(b)}/`];
  return left.startsWith(right) || right.startsWith(left);
}

const isReserved = (landing: string) => fold(landing).split('/')[0] === reserved;

/** `/home/alice/photos` → `photos`, `alice/photos`, `home/alice/photos`, then `photos-2`, `photos-3` … */
function* candidates(source: string): Generator<string> {
  const parts = segments(source);
  if (parts.length === 0) parts.push('root');
  for (let count = 1; count <= parts.length; count++) yield parts.slice(-count).join('/');
  for (let number = 2; ; number++) yield `${parts.at(-1)}-${number}`;
}

function shortestFree(source: string, taken: readonly string[], from = 1): string {
  let depth = 0;
  for (const landing of candidates(source)) {
    depth += 1;
    if (depth < from || isReserved(landing)) continue;
    if (!taken.some((other) => nested(other, landing))) return landing;
  }
  throw new Error('unreachable');
}

/**
 * Gives every source its landing. Sources the job already had keep theirs. New ones get their last name; new ones that
 * share a last name all take the shortest tail that tells them apart; a tail already taken, or lying inside another
 * landing, is passed over for the next longer one, at last `<name>-2`. Never `.dynamight`.
 *
 * @param sources absolute normalised paths, in the order wanted
 * @param existing landings the job has now
 * @param taken landings of other jobs at the same destination
 */
export function assignLandings(
  sources: readonly string[],
  existing: readonly Landing[] = [],
  taken: readonly string[] = [],
): Landing[] {
  const kept = new Map(existing.map((one) => [one.source, one.landing]));
  const result = new Map<string, string>();
  for (const source of sources) {
    const landing = kept.get(source);
    if (landing !== undefined) result.set(source, landing);
  }
  const fresh = sources.filter((source) => !result.has(source));
  const depth = tellApart(fresh);
  for (const source of fresh) {
    const others = [...taken, ...result.values()];
    result.set(source, shortestFree(source, others, depth.get(source)));
  }
  return sources.map((source) => ({ source, landing: result.get(source) ?? '' }));
}

/** For each source, how many trailing names are needed so that no other source of the group ends alike. */
function tellApart(sources: readonly string[]): Map<string, number> {
  const depth = new Map<string, number>();
  const groups = new Map<string, string[]>();
  for (const source of sources) {
    const name = fold(segments(source).at(-1) ?? 'root');
    groups.set(name, [...(groups.get(name) ?? []), source]);
  }
  for (const group of groups.values()) {
    const longest = Math.max(...group.map((source) => segments(source).length));
    let count = 1;
    const tails = () => new Set(group.map((source) => fold(segments(source).slice(-count).join('/'))));
    while (count < longest && tails().size < group.length) count += 1;
    for (const source of group) depth.set(source, count);
  }
  return depth;
}
