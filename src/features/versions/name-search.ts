/** Longest text that is searched for: no name is longer. */
const longest = 255;

/** A character in all its cases, in the words of SQLite's GLOB. */
function anyCase(character: string): string {
  const forms = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  const single = [...forms].filter((form) => Array.from(form).length === 1); // not ß, which is SS
  if (single.length > 1) return `[${single.join('')}]`;
  return /[*?[]/.test(character) ? `[${character}]` : character;
}

const globOf = (text: string): string => `*${Array.from(text, anyCase).join('')}*`;

/**
 * Patterns for names that hold a text, whatever its case; two where letters with accents can be written in two ways, none
 * for an empty text. SQLite's own `lower` and LIKE know only ASCII.
 */
export function globsOf(text: string): string[] {
  const wanted = Array.from(text).slice(0, longest).join('');
  return wanted === '' ? [] : [...new Set([wanted.normalize('NFC'), wanted.normalize('NFD')].map(globOf))];
}
