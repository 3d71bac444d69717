import { describe, expect, test } from 'bun:test';
import { liesInside, problemAt } from './problems.ts';

describe('what the box refuses is told at its step', () => {
  test.each([
    [
      "Field 'source_dirs.0': /a is a file. Choose the folder it lies in.",
      'what',
      '/a is a file. Choose the folder it lies in.',
    ],
    [
      'The sources /a and /a/b lie in one another. Keep the outer one.',
      'what',
      'The sources /a and /a/b lie in one another. Keep the outer one.',
    ],
    [
      "Field 'destination_config.backup_subdir' must be relative to the mount point",
      'where',
      'Must be relative to the mount point.',
    ],
    [
      'The destination /a and the source /a/b lie in one another. Choose another folder.',
      'where',
      'The destination /a and the source /a/b lie in one another. Choose another folder.',
    ],
    ["Field 'cron_expression' is not complete", 'when', 'Is not complete.'],
    ['Too many requests', 'when', 'Too many requests.'],
  ])('%s', (message, step, words) => {
    expect(problemAt(message)).toMatchObject({ step, message: words });
  });

  test('the name is told at the name', () => {
    expect(problemAt("Field 'name' must not be longer")).toEqual({
      step: 'when',
      field: 'name',
      message: 'Must not be longer.',
    });
  });
});

test('a backup into itself is noticed before the box is asked', () => {
  expect(liesInside(['/home/anna'], { mount_point: '/home/anna/copy', backup_subdir: '' })).toBe(true);
  expect(liesInside(['/mnt/usb/Photos'], { mount_point: '/mnt/usb', backup_subdir: '' })).toBe(true);
  expect(liesInside(['/mnt/usb/Photos'], { mount_point: '/mnt/usb', backup_subdir: 'Backup' })).toBe(false);
  expect(liesInside(['/home/anna'], {})).toBe(false);
});
