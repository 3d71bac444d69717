import { describe, expect, test } from 'bun:test';
import { checkNewPassword } from '../../../../src/features/auth/account-rules.ts';
import { faultWords, passwordFault, passwordHint } from './password-rule.ts';

const tries: [password: string, name: string, fault: string | null][] = [
  ['', 'alex', 'short'],
  ['eleven char', 'alex', 'short'],
  ['twelve chars', 'alex', null],
  ['🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎', 'alex', 'short'],
  ['🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎', 'alex', null],
  ['my name is ALEX really', 'alex', 'name'],
  ['correct horse battery', 'bo', null],
  ['bobobobobobobo', 'bo', 'name'],
  ['é'.repeat(512), 'alex', null],
  ['é'.repeat(513), 'alex', 'long'],
];

describe('a new password is judged in the page as the box judges it', () => {
  for (const [password, name, fault] of tries)
    test(`${password.slice(0, 24) || 'nothing'} of ${name}: ${fault ?? 'good'}`, () => {
      expect(passwordFault(password, name)?.kind ?? null).toBe(fault as 'short' | null);
      const asked = () => checkNewPassword(password, name, 'password');
      if (fault === null) asked();
      else expect(asked).toThrow();
    });
});

test('the hint tells the rule, then how far one is, then that it is enough', () => {
  expect(passwordHint('', 'alex')).toStartWith('At least 12 characters');
  expect(passwordHint('horse', 'alex')).toBe(faultWords({ kind: 'short', have: 5 }));
  expect(passwordHint('correct horse battery', 'alex')).toStartWith('Long enough');
});
