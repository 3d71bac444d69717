import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Plain IPv4 for a v4-mapped IPv6 address; zone and brackets removed; anything else unchanged. */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return mapped?.[1] ?? bare;
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** Loopback, RFC 1918, carrier-grade NAT, link-local, and IPv6 unique local: nothing that routes on the internet. */
export function isPrivate(address: string): boolean {
  const plain = plainAddress(address).toLowerCase();
  if (isLoopback(plain)) return true;
  if (isIPv4(plain)) {
    const [a = 0, b = 0] = plain.split('.').map(Number);
    return (
      a === 10 ||
      (a === 172 && b >= 16 && b <= 31) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b <= 127)
    );
  }
  return isIPv6(plain) && /^(f[cd]|fe[89ab])/.test(plain);
}

/** The key failed logins are counted under: an IPv4 address as it is, an IPv6 address by its /64. */
export function addressKey(address: string): string {
  const plain = plainAddress(address).toLowerCase();
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}

export const isAddress = (text: string): boolean => isIP(plainAddress(text)) !== 0;
