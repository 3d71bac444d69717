import { describe, expect, test } from 'bun:test';
import { byName, emptyTree, rowsOf, stepOf, type Tree, wayTo, withBranch, withFolder, withOpen } from './tree.ts';

const opened = (tree: Tree, path: string, ...names: string[]) =>
  withOpen(withBranch(tree, path, { folders: names.map((name) => `${path === '/' ? '' : path}/${name}`) }), path, true);
const start: Tree = { ...emptyTree, roots: ['/home', '/mnt'] };
const tree = opened(opened(start, '/home', 'anna', 'bob'), '/home/anna', '.cache', 'Music', 'Photos');
const names = (of: Tree) => rowsOf(of).map((row) => `${'  '.repeat(row.level - 1)}${row.name}`);

describe('a tree of folders', () => {
  test('shows what is open, without hidden folders unless asked', () => {
    expect(names(tree)).toEqual(['/home', '  anna', '    Music', '    Photos', '  bob', '/mnt']);
    expect(names({ ...tree, hidden: true })).toContain('    .cache');
    expect(names(withOpen(tree, '/home', false))).toEqual(['/home', '/mnt']);
  });

  test('tells screen readers where each folder stands', () => {
    expect(rowsOf(tree)[3]).toMatchObject({ path: '/home/anna/Photos', level: 3, position: 2, siblings: 2 });
  });

  test('does not offer to open what holds no folders', () => {
    const empty = withBranch(tree, '/mnt', { folders: ['/mnt/.hidden'] });
    expect(rowsOf(empty).at(-1)?.open).toBeNull();
    expect(rowsOf({ ...empty, hidden: true }).at(-1)?.open).toBe(false);
  });

  test('leaves out folders of the system', () => {
    const whole = opened({ ...emptyTree, roots: ['/'] }, '/', 'etc', 'proc', 'srv', 'usr');
    expect(names(whole)).toEqual(['/', '  etc', '  srv']);
  });

  test('keeps what could not be read, with its reason', () => {
    const failed = withOpen(withBranch(tree, '/mnt', { problem: 'No permission' }), '/mnt', true);
    expect(rowsOf(failed).at(-1)).toMatchObject({ open: false, problem: 'No permission', loading: false });
  });

  test('shows a new folder at its place', () => {
    expect(names(withFolder(tree, '/home/anna', '/home/anna/New'))).toEqual([
      '/home',
      '  anna',
      '    Music',
      '    New',
      '    Photos',
      '  bob',
      '/mnt',
    ]);
  });
});

test('folders are sorted as people sort', () => {
  expect(['/a/Trip 10', '/a/zoo', '/a/Trip 9', '/a/Zebra'].sort(byName)).toEqual([
    '/a/Trip 9',
    '/a/Trip 10',
    '/a/Zebra',
    '/a/zoo',
  ]);
});

describe('by keyboard', () => {
  const rows = rowsOf(tree);
  test.each([
    [0, 'ArrowDown', { to: 1 }],
    [5, 'ArrowDown', null],
    [0, 'ArrowUp', null],
    [2, 'Home', { to: 0 }],
    [2, 'End', { to: 5 }],
    [0, 'ArrowRight', { to: 1 }],
    [5, 'ArrowRight', { open: 5 }],
    [1, 'ArrowLeft', { close: 1 }],
    [3, 'ArrowLeft', { to: 1 }],
    [4, 'ArrowLeft', { to: 0 }],
    [0, 'b', { to: 4 }],
    [2, 'p', { to: 3 }],
    [0, 'x', null],
    [0, 'Shift', null],
  ])('from line %p %p leads to %p', (at, key, step) => {
    expect(stepOf(rows, at, key)).toEqual(step);
  });
});

describe('the way to a folder', () => {
  test('goes from the nearest root down to its parent', () => {
    expect(wayTo(['/home', '/mnt'], '/home/anna/Photos/2026')).toEqual(['/home', '/home/anna', '/home/anna/Photos']);
    expect(wayTo(['/home', '/home/anna'], '/home/anna/Photos')).toEqual(['/home/anna']);
    expect(wayTo(['/'], '/srv/data')).toEqual(['/', '/srv']);
  });

  test('is none for a root, and for what lies nowhere', () => {
    expect(wayTo(['/home'], '/home')).toEqual([]);
    expect(wayTo(['/home'], '/etc')).toEqual([]);
  });
});
