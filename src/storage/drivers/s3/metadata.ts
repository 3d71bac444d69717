/**
 * Time of change in user metadata `mtime`, as rclone keeps it: seconds since 1970 with up to nine digits behind the
 * point (rclone, docs/content/s3.md, "Modification times").
 */
export function mtimeMetadata(mtimeNs: bigint | null): Record<string, string> {
  if (mtimeNs === null) return {};
  const digits = String(mtimeNs < 0n ? -mtimeNs : mtimeNs).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return { mtime: `${mtimeNs < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}` };
}

/** Null where there is none, or not in this form. */
export function mtimeOf(metadata: Record<string, string> | undefined): bigint | null {
  const [, sign, seconds, fraction = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,9})\d*)?$/.exec(metadata?.['mtime'] ?? '') ?? [];
  if (seconds === undefined) return null;
  const ns = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -ns : ns;
}
