import { describe, expect, test } from 'bun:test';
import { bareEntry, type VersionEntry } from '../manifest.ts';
import { originalPlaces, otherPlace, type RestorePlace } from './selection.ts';

const dir = (path: string): VersionEntry => bareEntry(path, 'dir');
const file = (path: string, hardLink: string | null = null): VersionEntry => ({ ...bareEntry(path, 'file'), hardLink });

const head = {
  landings: [
    { landing: 'photos', source: '/home/user/photos' },
    { landing: 'alice/docs', source: '/home/alice/docs' },
    { landing: 'bücher', source: '/srv/bücher' },
  ],
};
const version = [
  dir('alice/docs'),
  file('alice/docs/letter'),
  dir('b\xc3\xbccher'),
  file('b\xc3\xbccher/one'),
  dir('photos'),
  dir('photos/2024'),
  file('photos/2024!'),
  file('photos/2024/a.jpg'),
  dir('photos/2024/trip'),
  file('photos/2024/trip/b.jpg', 'photos/2024/a.jpg'),
  file('photos/2024/trip/c.jpg', 'photos/2024/a.jpg'),
  file('photos/cover.jpg'),
];

/** `to`, with `(way)` for folders that are only on the way and `→` for second names. */
async function picked({ pick }: RestorePlace): Promise<string[]> {
  async function* two() {
    for (let at = 0; at < version.length; at += 2) yield version.slice(at, at + 2);
  }
  const lines: string[] = [];
  for await (const some of pick(two()))
    for (const { to, linkTo, scaffold } of some)
      lines.push(`${to}${scaffold ? ' (way)' : ''}${linkTo === null ? '' : ` → ${linkTo}`}`);
  return lines;
}
const original = async (chosen: string[]) =>
  Object.fromEntries(
    await Promise.all(originalPlaces(head, chosen).map(async (place) => [place.root, await picked(place)])),
  ) as Record<string, string[]>;
const other = (chosen: string[]) => picked(otherPlace('/tmp/here', chosen));

describe('to the original place', () => {
  test('everything goes back to the folder of each source', async () => {
    expect(await original([''])).toEqual({
      '/home/user/photos': [
        '',
        '2024',
        '2024!',
        '2024/a.jpg',
        '2024/trip',
        '2024/trip/b.jpg → 2024/a.jpg',
        '2024/trip/c.jpg → 2024/a.jpg',
        'cover.jpg',
      ],
      '/home/alice/docs': ['', 'letter'],
      '/srv/bücher': ['', 'one'],
    });
  });

  test('one file brings the folders above it, and nothing of other sources', async () => {
    expect(await original(['photos/2024/a.jpg'])).toEqual({
      '/home/user/photos': [' (way)', '2024 (way)', '2024/a.jpg'],
    });
  });

  test('a folder comes whole, also chosen together with something in it', async () => {
    const folder = [' (way)', '2024/trip', '2024/trip/b.jpg', '2024/trip/c.jpg → 2024/trip/b.jpg'].toSpliced(
      1,
      0,
      '2024 (way)',
    );
    expect(await original(['photos/2024/trip', 'photos/2024/trip/b.jpg'])).toEqual({ '/home/user/photos': folder });
  });

  test('what lies above a landing brings the landing', async () => {
    expect(await original(['alice'])).toEqual({ '/home/alice/docs': ['', 'letter'] });
  });

  test('a path of no source is an error', () => {
    expect(() => originalPlaces(head, ['photosx/a'])).toThrow('belongs to no source');
    expect(() => originalPlaces(head, ['alice/other'])).toThrow('belongs to no source');
  });
});

describe('to another folder', () => {
  test('everything keeps its landings', async () => {
    expect(await other([''])).toEqual(
      version.map(({ path, hardLink }) => `${path}${hardLink === null ? '' : ` → ${hardLink}`}`),
    );
  });

  test('a single file and a single folder go right into it', async () => {
    expect(await other(['photos/2024/a.jpg'])).toEqual([' (way)', 'a.jpg']);
    expect(await other(['photos/2024/trip'])).toEqual([' (way)', 'trip', 'trip/b.jpg', 'trip/c.jpg → trip/b.jpg']);
    expect(await other(['photos'])).toEqual(
      version.slice(4).map(({ path, hardLink }) => `${path}${hardLink ? ` → ${hardLink}` : ''}`),
    );
  });

  test('the tree below the folder they have in common is kept', async () => {
    expect(await other(['photos/2024/trip/b.jpg', 'photos/cover.jpg'])).toEqual([
      ' (way)',
      '2024 (way)',
      '2024/trip (way)',
      '2024/trip/b.jpg',
      'cover.jpg',
    ]);
    expect(await other(['photos/cover.jpg', 'alice/docs/letter'])).toEqual([
      'alice/docs (way)',
      'alice/docs/letter',
      'photos (way)',
      'photos/cover.jpg',
    ]);
  });

  test('second names lead to the first one that was chosen', async () => {
    expect(await other(['photos/2024/trip/c.jpg', 'photos/2024/a.jpg'])).toEqual([
      ' (way)',
      'a.jpg',
      'trip (way)',
      'trip/c.jpg → a.jpg',
    ]);
  });

  test('nothing chosen brings nothing', async () => {
    expect(await other([])).toEqual([]);
    expect(await other(['photos/not there'])).toEqual([' (way)']);
  });
});
