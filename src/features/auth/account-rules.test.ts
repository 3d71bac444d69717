import { describe, expect, test } from 'bun:test';
import { checkNewPassword, cleanUsername, usernameKey } from './account-rules.ts';

describe('a user name', () => {
  for (const [typed, kept] of [
    ['admin', 'admin'],
    ['  Anna Müller ', 'Anna Müller'],
    ['Mu\u0308ller', 'M\u00fcller'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['😀'.repeat(64), '😀'.repeat(64)],
    ['__proto__', '__proto__'],
    ['李小龙', '李小龙'],
  ] as const)
    test(`may be ${JSON.stringify(typed.slice(0, 20))}`, () => expect(cleanUsername(typed)).toBe(kept));

  for (const [typed, why] of [
    ['', 'must not be empty'],
    [' \t ', 'must not be empty'],
    ['x'.repeat(65), 'at most 64'],
    ['a\0b', 'invisible'],
    ['a\nb', 'invisible'],
    ['adm\u200bin', 'invisible'],
    ['\u202enimda', 'invisible'],
    ['a\u2028b', 'invisible'],
    ['a\ud800b', 'invisible'],
  ] as const)
    test(`may not be ${JSON.stringify(typed.slice(0, 20))}`, () => expect(() => cleanUsername(typed)).toThrow(why));

  test('is the same name in any case and any way to write its letters', () => {
    for (const same of ['ANNA MÜLLER', ' anna müller', 'Anna Mu\u0308ller', 'Ａnna Müller'])
      expect(usernameKey(same)).toBe(usernameKey('Anna Müller'));
    expect(usernameKey('anna muller')).not.toBe(usernameKey('Anna Müller'));
  });
});

describe('a new password', () => {
  const check = (password: string, username = 'admin') => checkNewPassword(password, username, 'password');
  for (const good of [
    'securepassword123',
    'newpassword123',
    'x'.repeat(12),
    'x'.repeat(1024),
    'ü'.repeat(512),
    '😀'.repeat(12),
    'twelve chars',
    'with\0 and \n inside',
  ])
    test(`may be ${JSON.stringify(good.slice(0, 20))} (${good.length})`, () => expect(() => check(good)).not.toThrow());

  for (const [bad, why, username] of [
    ['', 'at least 12'],
    ['x'.repeat(11), 'at least 12'],
    ['😀'.repeat(11), 'at least 12'],
    ['x'.repeat(1025), 'at most 1024 bytes'],
    ['ü'.repeat(513), 'at most 1024 bytes'],
    ['qwertyuiop123', 'commonest'],
    ['PasswordPassword', 'commonest'],
    ['my-ADMIN-password', 'user name'],
    ['bobbobbobbob', 'user name', 'bob'],
    ['müller im garten', 'user name', 'Mu\u0308ller'],
  ] as const)
    test(`may not be ${JSON.stringify(bad.slice(0, 20))} (${bad.length})`, () =>
      expect(() => check(bad, username)).toThrow(why));

  test('may hold a short name by chance', () => expect(() => check('bobsleigh-in-winter', 'bob')).not.toThrow());
});
