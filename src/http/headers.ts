const csp = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const always: readonly (readonly [string, string])[] = [
  ['content-security-policy', csp],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
];
const onApi = [...always, ['cache-control', 'no-store']] as const;

/**
 * What every answer carries unless the route set it otherwise. Answers of an API are never cached. No HSTS: most
 * boxes live on plain HTTP in the LAN.
 */
export function secure(response: Response, isApi: boolean): Response {
  const { headers } = response;
  for (const [name, value] of isApi ? onApi : always) if (!headers.has(name)) headers.set(name, value);
  return response;
}
