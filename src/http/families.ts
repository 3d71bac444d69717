/** The five documented systems that share one port; each has its own error envelope. */
export type Family = 'dynamight' | 'webmanager' | 'fileago' | 'onitu' | 'fileflux';

/** By first segment; the longest prefix on a segment border wins. */
const prefixes: Readonly<Record<string, readonly (readonly [string, Family])[]>> = {
  api: [
    ['/api/v1.0', 'onitu'],
    ['/api/v1', 'fileflux'],
    ['/api/agent', 'fileflux'],
    ['/api/info', 'fileflux'],
    ['/api/nodes', 'fileago'],
    ['/api/browse', 'webmanager'],
    ['/api/files', 'webmanager'],
    ['/api/tasks', 'webmanager'],
    ['/api', 'dynamight'],
  ],
  ws: [
    ['/ws/agent', 'fileflux'],
    ['/ws', 'dynamight'],
  ],
  auth: [['/auth', 'fileago']],
  upload: [['/upload', 'fileago']],
  dav: [['/dav', 'dynamight']],
};

function lookUp(path: string): Family | null {
  const end = path.indexOf('/', 1);
  const first = path.slice(1, end === -1 ? undefined : end);
  if (!Object.hasOwn(prefixes, first)) return null;
  const found = prefixes[first]?.find(
    ([prefix]) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'),
  );
  return found?.[1] ?? null;
}

/** What somebody may mean by a strangely spelled path: `//api/jobs`, `/%61pi/jobs`, `/API;a=b/jobs`, `/\api\jobs`. */
function plainSpelling(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const segments = decoded
    .toLowerCase()
    .split(/[/\\]+/)
    .map((segment) => segment.replace(/;.*$/, ''))
    .filter((segment) => segment !== '' && segment !== '.');
  return `/${segments.join('/')}`;
}

const strange = /[^a-z0-9/_-]|\/\//;

/**
 * Which family's door a path belongs to; null for the page and its assets. A path that only resembles an API's is
 * counted as the API's: it finds no route there, and it never passes for a page.
 */
export function familyOf(path: string): Family | null {
  return lookUp(path) ?? (strange.test(path) ? lookUp(plainSpelling(path)) : null);
}
