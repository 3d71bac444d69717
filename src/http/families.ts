/** The five documented systems that share one port; each has its own error envelope. */
export type Family = 'dynamight' | 'webmanager' | 'fileago' | 'onitu' | 'fileflux';

const prefixes: readonly [string, Family][] = [
  ['/api/v1.0', 'onitu'],
  ['/api/v1', 'fileflux'],
  ['/api/agent', 'fileflux'],
  ['/api/info', 'fileflux'],
  ['/ws/agent', 'fileflux'],
  ['/api/nodes', 'fileago'],
  ['/auth', 'fileago'],
  ['/upload', 'fileago'],
  ['/api/browse', 'webmanager'],
  ['/api/files', 'webmanager'],
  ['/api/tasks', 'webmanager'],
  ['/api', 'dynamight'],
  ['/ws', 'dynamight'],
  ['/dav', 'dynamight'],
];

/** Which family's door a path belongs to; null for the page and its assets. Longest prefix on a segment border wins. */
export function familyOf(path: string): Family | null {
  for (const [prefix, family] of prefixes) if (path === prefix || path.startsWith(`${prefix}/`)) return family;
  return null;
}
