import { describe, expect, test } from 'bun:test';
import { addFolder, below, cleanPath, contains, isHidden, isOfSystem, join, nameOf } from './paths.ts';

describe('a path', () => {
  test('is called by its last name', () => {
    expect(['/', '/home', '/home/anna/Photos'].map(nameOf)).toEqual(['/', 'home', 'Photos']);
  });

  test('is put together without doubled slashes', () => {
    expect([join('/', 'mnt'), join('/mnt', 'usb')]).toEqual(['/mnt', '/mnt/usb']);
  });

  test('lies in a folder, not in one whose name only begins the same', () => {
    expect(contains('/home/anna', '/home/anna/Photos')).toBe(true);
    expect(contains('/home/ann', '/home/anna')).toBe(false);
    expect(contains('/', '/home')).toBe(true);
    expect([below('/mnt/usb', '/mnt/usb/a/b'), below('/mnt/usb', '/mnt/usb'), below('/', '/a')]).toEqual([
      'a/b',
      '',
      'a',
    ]);
  });

  test.each([
    [' /home//anna/ ', '/home/anna'],
    ['/', '/'],
    ['home', null],
    ['/home/../etc', null],
    ['', null],
  ])('typed as %p is %p', (typed, path) => {
    expect(cleanPath(typed)).toBe(path);
  });
});

describe('folders to choose from', () => {
  test('what the system and drives keep for themselves is not offered', () => {
    expect(['.cache', 'lost+found', 'System Volume Information', 'Photos'].map(isHidden)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(['/proc', '/usr', '/lib64', '/home', '/home/usr', '/srv'].map(isOfSystem)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('a folder in a chosen one is not added a second time', () => {
    expect(addFolder(['/home/anna'], '/home/anna/Photos')).toEqual({
      folders: ['/home/anna'],
      within: '/home/anna',
      swallowed: 0,
    });
  });

  test('an outer folder takes the place of those in it', () => {
    expect(addFolder(['/srv', '/home/anna/a', '/home/anna/b'], '/home/anna')).toEqual({
      folders: ['/srv', '/home/anna'],
      swallowed: 2,
    });
  });
});
