import { isIPv4, isIPv6 } from 'node:net';

/** Where cloud machines hand out their own secrets. */
const metadataAddresses = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192']);
const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);
const metadataV6 = new Set(['fd00:ec2:0:0:0:0:0:254', 'fd20:ce:0:0:0:0:0:254']);

const linkLocal = 'names a link-local address, which is never a destination';
const metadata = "names a machine's metadata service, which is never a destination";
const unspecified = 'names no machine: the address is unspecified';

/** The form every program reads alike (`127.1` and `0x7f000001` are `127.0.0.1`); null for what is no host at all. */
function canonical(host: string): string | null {
  if (/[\s/\\?#@]/.test(host)) return null;
  try {
    return new URL(`http://${isIPv6(host) ? `[${host}]` : host}/`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return null;
  }
}

function ipv4Problem(address: string): string | null {
  if (address.startsWith('0.')) return unspecified;
  if (address === '169.254.169.254' || metadataAddresses.has(address)) return metadata;
  return address.startsWith('169.254.') ? linkLocal : null;
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

const dotted = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

function ipv6Problem(address: string): string | null {
  const groups = groupsOf(address);
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  if (zeros(8)) return unspecified;
  if (zeros(7) && groups[7] === 1) return null;
  if (((groups[0] ?? 0) & 0xffc0) === 0xfe80) return linkLocal;
  if (metadataV6.has(groups.map((group) => group.toString(16)).join(':'))) return metadata;
  const ends = dotted(groups[6], groups[7]);
  if (zeros(6) || (zeros(5) && groups[5] === 0xffff) || (zeros(4) && groups[4] === 0xffff && groups[5] === 0))
    return ipv4Problem(ends) ?? 'hides an IPv4 address in an IPv6 one: write the IPv4 address itself';
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return ipv4Problem(ends); // NAT64
  if (groups[0] === 0x2002) return ipv4Problem(dotted(groups[1], groups[2])); // 6to4
  return null;
}

/** Why nothing may ever be sent to this IP address (as resolved), as the end of a sentence; null when it may. */
export function addressProblem(address: string): string | null {
  const plain = canonical(address.replace(/^\[|\]$/g, '').replace(/%.*$/, ''));
  if (plain !== null && isIPv4(plain)) return ipv4Problem(plain);
  return plain !== null && isIPv6(plain) ? ipv6Problem(plain) : 'is no IP address';
}

/**
 * Why this host may not be a destination, as the end of a sentence; null when it may. Loopback and the LAN are welcome:
 * the NAS next door is the normal case. What a name resolves to is checked again when it is connected to.
 */
export function hostProblem(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare.includes('%')) return linkLocal; // only link-local addresses have a zone
  const plain = canonical(bare);
  if (plain === null || plain === '') return 'is no host name or address';
  if (isIPv6(plain)) return ipv6Problem(plain);
  if (isIPv4(plain)) {
    const problem = ipv4Problem(plain);
    if (problem !== null) return problem;
    // Programs disagree about `010.0.0.1` and `2130706433`: what was checked must be what is connected to.
    return plain === bare ? null : 'must spell an IPv4 address as four decimal numbers';
  }
  return metadataNames.has(plain.replace(/\.$/, '')) ? metadata : null;
}
