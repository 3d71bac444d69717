import { isIP, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The eight 16-bit groups of an IPv6 address, whatever its spelling; null for anything else. */
function groupsOf(address: string): number[] | null {
  if (!isIPv6(address)) return null;
  // The last 32 bits may be written as IPv4: `::ffff:192.168.1.2`.
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const left = numbers(head);
  const right = tail === undefined ? [] : numbers(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/**
 * The one spelling of an address that may be compared and stored: zone and brackets removed, IPv4 for an IPv4 address
 * mapped into IPv6 (`::ffff:…`, as a dual-stack socket reports it). Anything that is no address comes back unchanged.
 */
export function plainAddress(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return bare;
  const groups = groupsOf(bare);
  if (!groups) return bare;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return bare.toLowerCase();
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  if (isIPv4(plain)) return plain.startsWith('127.');
  const groups = groupsOf(plain);
  return groups !== null && groups.every((group, at) => group === (at === 7 ? 1 : 0));
}

/** Loopback, RFC 1918, carrier-grade NAT, link-local, and IPv6 unique local: nothing that routes on the internet. */
export function isPrivate(address: string): boolean {
  const plain = plainAddress(address);
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
  const first = groupsOf(plain)?.[0] ?? 0;
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
}

/** The key failed logins are counted under: an IPv4 address as it is, an IPv6 address by its /64. */
export function addressKey(address: string): string {
  const plain = plainAddress(address);
  const groups = groupsOf(plain);
  if (!groups) return plain;
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

export const isAddress = (text: string): boolean => isIP(plainAddress(text)) !== 0;

/** One of this machine's own addresses, loopback included. */
export function isOwnAddress(address: string): boolean {
  const plain = plainAddress(address);
  if (isLoopback(plain)) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => plainAddress(one.address) === plain));
}
