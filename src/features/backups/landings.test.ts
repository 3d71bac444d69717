import { describe, expect, test } from 'bun:test';
import { assignLandings, nested } from './landings.ts';

const of = (sources: string[], existing: [string, string][] = [], taken: string[] = []) =>
  assignLandings(
    sources,
    existing.map(([source, landing]) => ({ source, landing })),
    taken,
  ).map((one) => one.landing);

describe('landings', () => {
  const rows: [name: string, sources: string[], existing: [string, string][], taken: string[], want: string[]][] = [
    ['a source lands in its last name', ['/home/user/documents'], [], [], ['documents']],
    [
      'two of one name take what tells them apart',
      ['/home/alice/photos', '/home/bob/photos'],
      [],
      [],
      ['alice/photos', 'bob/photos'],
    ],
    ['all of one name grow together', ['/a/x/p', '/b/x/p', '/c/y/p'], [], [], ['a/x/p', 'b/x/p', 'c/y/p']],
    [
      'a source saved later takes the shortest tail not yet taken',
      ['/a/photos', '/b/photos'],
      [['/a/photos', 'photos']],
      [],
      ['photos', 'b/photos'],
    ],
    [
      'a source keeps its landing when another goes',
      ['/b/photos'],
      [
        ['/a/photos', 'a/photos'],
        ['/b/photos', 'b/photos'],
      ],
      [],
      ['b/photos'],
    ],
    ['never inside another landing', ['/x/photos', '/photos/alice'], [], [], ['photos', 'alice']],
    [
      'never around another landing',
      ['/home/alice/photos', '/home/bob/photos', '/srv/alice'],
      [],
      [],
      ['alice/photos', 'bob/photos', 'srv/alice'],
    ],
    ['a number when every tail is taken', ['/photos'], [], ['photos'], ['photos-2']],
    ['never the folder of our own records', ['/mnt/old/.dynamight'], [], [], ['old/.dynamight']],
    ['nor at the top, where no longer tail exists', ['/.dynamight'], [], [], ['.dynamight-2']],
    ['landings of other jobs at the destination count', ['/home/eve/docs'], [], ['docs'], ['eve/docs']],
    [
      'names that differ only in case are the same folder on many drives',
      ['/a/Photos', '/b/photos'],
      [],
      [],
      ['a/Photos', 'b/photos'],
    ],
    ['the root of the machine has a name', ['/'], [], [], ['root']],
  ];
  for (const [name, sources, existing, taken, want] of rows)
    test(name, () => expect(of(sources, existing, taken)).toEqual(want));

  test('no two landings ever lie in one another', () => {
    const names = ['a', 'b', 'photos', 'A'];
    let seed = 7;
    const next = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    for (let round = 0; round < 500; round++) {
      const sources = [
        ...new Set(
          Array.from(
            { length: 1 + next(5) },
            () => `/${Array.from({ length: 1 + next(3) }, () => names[next(4)]).join('/')}`,
          ),
        ),
      ];
      const landings = of(sources);
      for (const [i, one] of landings.entries())
        for (const other of landings.slice(i + 1)) expect(nested(one, other)).toBe(false);
    }
  });
});
