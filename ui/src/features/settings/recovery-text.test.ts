import { expect, test } from 'bun:test';
import { fileNameOf, grouped, recoveryText } from './recovery-text.ts';

test('the file of recovery codes says what they are for and whose they are', () => {
  const words = {
    title: 'Dynamight recovery codes',
    whose: 'For alex on nas.local',
    made: 'Made on Jan 5',
    note: 'Once.',
  };
  expect(recoveryText(['ABCD-1234-EFGH', 'JKMN-5678-PQRS'], words)).toBe(
    'Dynamight recovery codes\nFor alex on nas.local\nMade on Jan 5\n\n1. ABCD-1234-EFGH\n2. JKMN-5678-PQRS\n\nOnce.\n',
  );
});

test('its name can be saved anywhere, whatever the account is called', () => {
  expect(fileNameOf('codes', 'alex')).toBe('codes-alex.txt');
  expect(fileNameOf('codes', '../etc/pass wd')).toBe('codes-etc-pass-wd.txt');
  expect(fileNameOf('codes', 'Zoë')).toBe('codes-Zoë.txt');
  expect(fileNameOf('codes', '///')).toBe('codes.txt');
});

test('a secret is shown in groups that can be typed', () => {
  expect(grouped('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
  expect(grouped('ABCDEFGH')).toBe('ABCD EFGH');
});
