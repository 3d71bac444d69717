import { expect, test } from 'bun:test';
import { proposedName } from './name.ts';

test.each([
  [[], ''],
  [['/home/anna/Photos'], 'Photos'],
  [['/home/anna/Photos', '/home/anna/Letters'], 'Photos and Letters'],
  [['/a/One', '/a/Two', '/a/Three'], 'One and 2 more'],
] as [string[], string][])('a backup of %p is called %p', (folders, name) => {
  expect(proposedName(folders, [])).toBe(name);
});

test('two backups never get the same name', () => {
  expect(proposedName(['/home/bob/Photos'], ['photos', 'Photos 2'])).toBe('Photos 3');
});
