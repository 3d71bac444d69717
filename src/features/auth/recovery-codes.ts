import type { Ids } from '../../core/ids.ts';

export const codesPerUser = 5;
const letters = 12;
/** Crockford's: no letter is taken for a digit. 32 of them, so a byte gives each the same chance. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five codes `XXXX-XXXX-XXXX` of 60 random bits each. */
export function newRecoveryCodes(ids: Ids): string[] {
  return Array.from({ length: codesPerUser }, () => {
    const bytes = Buffer.from(ids.hex(letters), 'hex');
    const text = [...bytes].map((byte) => alphabet[byte % alphabet.length]).join('');
    return text.match(/.{4}/g)?.join('-') ?? text;
  });
}

/** What is hashed and compared: however it is typed from paper, the same code. */
export const normalisedCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
