import { describe, expect, test } from 'bun:test';
import { type Look, suggest, toggled, within } from './suggestions.ts';

const lookIn =
  (tree: Record<string, string[]>): Look =>
  async (path) => {
    const names = tree[path] ?? [];
    return {
      folders: names.filter((name) => !name.includes('.') || name.startsWith('.')).map((name) => `${path}/${name}`),
      files: names.filter((name) => name.includes('.') && !name.startsWith('.')).length,
    };
  };
const paths = async (allowed: string[], tree: Record<string, string[]>, places: string[] = []) =>
  (await suggest(allowed, lookIn(tree), places)).map(({ path }) => path);

describe('folders worth a backup', () => {
  test('the photos come first, then the rest of what people keep, then all of it', async () => {
    expect(
      await paths(['/home'], { '/home': ['anna'], '/home/anna': ['.cache', 'Music', 'Documents', 'Pictures'] }),
    ).toEqual(['/home/anna/Pictures', '/home/anna/Documents', '/home/anna/Music', '/home/anna']);
  });

  test('are found by their German names, too', async () => {
    expect(await paths(['/home'], { '/home': ['bob'], '/home/bob': ['Dokumente', 'Bilder'] })).toEqual([
      '/home/bob/Bilder',
      '/home/bob/Dokumente',
      '/home/bob',
    ]);
  });

  test('an empty folder is not proposed: it may be a drive that is away', async () => {
    expect(await paths(['/mnt'], { '/mnt': ['usb', 'nas'], '/mnt/nas': ['a.jpg'] })).toEqual(['/mnt/nas']);
  });

  test('neither are the folders of the system, nor a person without anything', async () => {
    expect(
      await paths(['/'], { '/home': ['empty'], '/home/empty': ['.config'], '/srv': ['shared'], '/srv/shared': ['x'] }),
    ).toEqual(['/srv/shared']);
  });

  test('a drive is where copies go: neither it nor a folder it is mounted in is proposed', async () => {
    const tree = {
      '/media': ['usb', 'anna'],
      '/media/usb': ['film.mp4'],
      '/media/anna': ['BACKUP'],
      '/srv': ['shared'],
      '/srv/shared': ['x'],
    };
    expect(await paths(['/media', '/srv'], tree, ['/media/usb', '/media/anna/BACKUP'])).toEqual(['/srv/shared']);
  });

  test('neither is what looks like the place of copies, nor where another backup goes', async () => {
    const tree = {
      '/mnt': ['disk', 'old', 'backups', 'nas', 'data'],
      '/mnt/disk': ['.dynamight', 'photos'],
      '/mnt/old': ['Sicherung'],
      '/mnt/backups': ['a.zip'],
      '/mnt/nas': ['copies', 'x'],
      '/mnt/data': ['films'],
    };
    expect(await paths(['/mnt'], tree, ['/mnt/nas/copies'])).toEqual(['/mnt/data']);
  });

  test('a whole street of people fills no more than one screen', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
    const tree = Object.fromEntries(names.map((name) => [`/home/${name}`, ['Pictures', 'Music', 'Videos']]));
    expect((await paths(['/home'], { ...tree, '/home': names })).length).toBe(8);
  });
});

describe('choosing', () => {
  test('a folder swallows those in it, and a second press takes it out', () => {
    const all = toggled(['/home/anna/Photos', '/srv'], '/home/anna');
    expect(all).toEqual(['/srv', '/home/anna']);
    expect(toggled(all, '/home/anna')).toEqual(['/srv']);
  });

  test('a folder in a chosen one counts as included', () => {
    expect(within(['/home/anna'], '/home/anna/Photos')).toBe('/home/anna');
    expect(within(['/home/anna'], '/home/anna')).toBeUndefined();
  });
});
