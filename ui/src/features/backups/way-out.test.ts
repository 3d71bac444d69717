import { expect, test } from 'bun:test';
import { wayOut, wayOutOfLine } from './way-out.ts';

const failed = { status: 'failed', job_id: 7 } as const;

test('a server that was not believed is looked at in the backup itself', () => {
  for (const reason of ['host_key_changed', 'certificate_changed'] as const)
    expect(wayOut({ ...failed, reason })?.href).toBe('/jobs/7/edit?test=now');
});

test('a sign-in that has ended or was refused leads to the credentials', () => {
  expect(wayOut({ ...failed, reason: 'auth_expired' })).toEqual({
    href: '/settings/credentials',
    label: 'Sign in again',
  });
  expect(wayOut({ ...failed, reason: 'auth_failed' })?.href).toBe('/settings/credentials');
  expect(wayOutOfLine({ id: 'credential:3:signed-out' })?.href).toBe('/settings/credentials');
});

test('everything else keeps the way it has', () => {
  expect(wayOut({ ...failed, reason: 'unreachable' })).toBeNull();
  expect(wayOut({ ...failed, status: 'completed', reason: null })).toBeNull();
  expect(wayOutOfLine({ id: 'job:3:failed' })).toBeNull();
});
