import { isAddress, plainAddress } from '../lib/net.ts';

const listed = (value: string | null): string[] => (value === null ? [] : value.split(','));

/**
 * Client addresses that forwarding headers name (`X-Forwarded-For`, `X-Real-IP`, `Forwarded`), whoever wrote them.
 * Good only for keeping a door shut: anybody can write such a header, so it must never open one.
 */
export function claimedAddresses(headers: Headers): string[] {
  const named = listed(headers.get('forwarded')).flatMap(
    (hop) => /(?:^|;)\s*for\s*=\s*("?)([^";]+)\1/i.exec(hop)?.[2] ?? [],
  );
  return [...listed(headers.get('x-forwarded-for')), ...listed(headers.get('x-real-ip')), ...named]
    .map((text) => text.trim())
    .map((text) => /^(\[[^\]]*\]|\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(text)?.[1] ?? text)
    .map(plainAddress)
    .filter(isAddress);
}
