/** Content codings a built asset may lie beside itself in, best first. */
export const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/**
 * The best of `offered` that an `Accept-Encoding` header allows, or null for the plain bytes. A coding without a
 * mention is refused unless `*` is allowed; `q=0` refuses; equal weights go to the order of `encodings` (RFC 9110 §12.5.3).
 */
export function preferredEncoding(header: string | null, offered: ReadonlySet<Encoding>): Encoding | null {
  const weights = new Map<string, number>();
  for (const part of (header ?? '').split(',')) {
    const [name = '', ...params] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = params.find((param) => param.startsWith('q='))?.slice(2);
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  let best: Encoding | null = null;
  for (const encoding of encodings)
    if (offered.has(encoding) && weightOf(encoding) > (best === null ? 0 : weightOf(best))) best = encoding;
  return best !== null && weightOf(best) >= (weights.get('identity') ?? 0) ? best : null;
}

/** Whether an `If-None-Match` header names this entity tag; weak and strong tags compare alike (RFC 9110 §13.1.2). */
export function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);
}
