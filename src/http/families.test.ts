import { expect, test } from 'bun:test';
import { familyOf } from './families.ts';

test.each([
  ['/api', 'dynamight'],
  ['/api/', 'dynamight'],
  ['/api/jobs/1', 'dynamight'],
  ['/api/ws/status', 'dynamight'],
  ['/ws/logs/1', 'dynamight'],
  ['/ws/agent', 'fileflux'],
  ['/api/v1', 'fileflux'],
  ['/api/v1/jobs', 'fileflux'],
  ['/api/v1.0', 'onitu'],
  ['/api/v1.0/files', 'onitu'],
  ['/api/v1.5', 'dynamight'],
  ['/api/v10', 'dynamight'],
  ['/api/agent/poll', 'fileflux'],
  ['/api/agents', 'dynamight'],
  ['/api/nodes/x', 'fileago'],
  ['/auth', 'fileago'],
  ['/api/auth/login', 'dynamight'],
  ['/upload/x', 'fileago'],
  ['/api/browse', 'webmanager'],
  ['/api/browser', 'dynamight'],
  ['/api/files/copy', 'webmanager'],
  ['/api/tasks', 'webmanager'],
  ['/dav/x', 'dynamight'],
  ['/', null],
  ['/apis', null],
  ['/assets/index-1a2b.js', null],
  ['/jobs/api', null],
  ['/constructor', null],
  ['/__proto__/x', null],
])('%s is a door of %p', (path, family) => {
  expect(familyOf(path)).toBe(family as ReturnType<typeof familyOf>);
});

test.each([
  '//api/jobs',
  '///api//jobs',
  '/API/jobs',
  '/Api/V1.0',
  '/%61pi/jobs',
  '/%41PI/jobs',
  '/api%2fjobs',
  '/api%2Fjobs',
  '/%2fapi/jobs',
  '/\\api\\jobs',
  '/%5capi/jobs',
  '/.//api/jobs',
  '/api;a=b/jobs',
  '/;x/api/jobs',
  '/api%3bx/jobs',
  '/api%00/jobs'.replace('%00', ';%00'),
])('%s passes for no page', (path) => {
  expect(familyOf(path)).not.toBeNull();
});
