/** One step of a pattern. */
type Step =
  | { is: 'byte'; byte: number }
  /** Any one byte but a slash. */
  | { is: 'one' }
  | { is: 'class'; members: ReadonlySet<number> }
  /** Any bytes up to the next slash. */
  | { is: 'some' }
  /** Any bytes. */
  | { is: 'all' };

const slash = 0x2f;
const range = (from: number, to: number): number[] =>
  to < from ? [] : Array.from({ length: to - from + 1 }, (_, step) => from + step);
const codes = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

const digits = range(0x30, 0x39);
const upper = range(0x41, 0x5a);
const lower = range(0x61, 0x7a);
const graph = range(0x21, 0x7e);
const named: Readonly<Record<string, readonly number[]>> = {
  alnum: [...digits, ...upper, ...lower],
  alpha: [...upper, ...lower],
  blank: codes(' \t'),
  cntrl: [...range(0, 0x1f), 0x7f],
  digit: digits,
  graph,
  lower,
  print: [0x20, ...graph],
  punct: graph.filter((code) => ![...digits, ...upper, ...lower].includes(code)),
  space: codes(' \t\n\v\f\r'),
  upper,
  xdigit: [...digits, ...codes('abcdefABCDEF')],
};

/**
 * Reads `[...]` from the character after the bracket. A `]` that comes first is a member, `!` and `^` turn it round, a
 * backslash takes the next character as it is. Null when it is never closed: such a pattern matches nothing.
 */
function readClass(pattern: string, from: number): { members: ReadonlySet<number>; next: number } | null {
  let at = from;
  const inverted = pattern[at] === '!' || pattern[at] === '^';
  if (inverted) at += 1;
  const members = new Set<number>();
  let before: number | null = null;
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    if (at >= pattern.length) return null;
    const end = pattern[at] === '[' && pattern[at + 1] === ':' ? pattern.indexOf(']', at + 2) : -1;
    if (end > at + 2 && pattern[end - 1] === ':') {
      const list = named[pattern.slice(at + 2, end - 1)];
      if (!list) return null;
      for (const code of list) members.add(code);
      before = null;
      at = end + 1;
      continue;
    }
    if (pattern[at] === '-' && before !== null && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      at += pattern[at + 1] === '\\' ? 2 : 1;
      if (at >= pattern.length) return null;
      for (const code of range(before, pattern.charCodeAt(at))) members.add(code);
      before = null;
    } else {
      if (pattern[at] === '\\') at += 1;
      if (at >= pattern.length) return null;
      before = pattern.charCodeAt(at);
      members.add(before);
    }
    at += 1;
  }
  const chosen = inverted ? range(0, 255).filter((code) => !members.has(code)) : [...members];
  return { members: new Set(chosen.filter((code) => code !== slash)), next: at + 1 };
}

/** Null: the pattern can match nothing. */
function parse(pattern: string): Step[] | null {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at];
    if (character === '*') {
      let end = at;
      while (pattern[end] === '*') end += 1;
      steps.push({ is: end - at > 1 ? 'all' : 'some' });
      at = end;
    } else if (character === '?') {
      steps.push({ is: 'one' });
      at += 1;
    } else if (character === '[') {
      const read = readClass(pattern, at + 1);
      if (!read) return null;
      steps.push({ is: 'class', members: read.members });
      at = read.next;
    } else {
      if (character === '\\') at += 1;
      if (at >= pattern.length) return null;
      steps.push({ is: 'byte', byte: pattern.charCodeAt(at) });
      at += 1;
    }
  }
  return steps;
}

function takes(step: Step, byte: number): boolean {
  if (step.is === 'byte') return step.byte === byte;
  if (step.is === 'class') return step.members.has(byte);
  return byte !== slash;
}

/**
 * A shell-like pattern as rsync reads it: `*` and `?` stop at slashes, `**` does not, `[...]` with ranges and named
 * classes, a backslash takes the next character as it is. Pattern and text are bytes, one latin1 character each.
 * Never slower than the product of both lengths per `**`, however many stars there are.
 */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const steps = parse(pattern);
  if (steps === null) return () => false;
  return (text) => {
    let [at, step] = [0, 0];
    let some: { step: number; at: number } | null = null;
    let all: { step: number; at: number } | null = null;
    for (;;) {
      const now = steps[step];
      if (now === undefined ? at === text.length : now.is !== 'some' && now.is !== 'all' && at < text.length) {
        if (now === undefined) return true;
        if (takes(now, text.charCodeAt(at))) {
          at += 1;
          step += 1;
          continue;
        }
      } else if (now?.is === 'some') {
        some = { step, at };
        step += 1;
        continue;
      } else if (now?.is === 'all') {
        all = { step, at };
        some = null;
        step += 1;
        continue;
      }
      // Wrong turn: the last star takes one byte more, the short one first.
      if (some && some.at < text.length && text.charCodeAt(some.at) !== slash) some.at += 1;
      else if (all && all.at < text.length) {
        all.at += 1;
        some = null;
      } else return false;
      const back: { step: number; at: number } = some ?? (all as { step: number; at: number });
      at = back.at;
      step = back.step + 1;
    }
  };
}
