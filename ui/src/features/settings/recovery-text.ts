/** What goes into the file and onto the paper: enough to know later what these are for. */
export function recoveryText(
  codes: readonly string[],
  words: { title: string; whose: string; made: string; note: string },
): string {
  const lines = codes.map((code, at) => `${at + 1}. ${code}`);
  return `${[words.title, words.whose, words.made, '', ...lines, '', words.note].join('\n')}\n`;
}

/** A secret in groups of four, as one reads it off: apps take it with or without the spaces. */
export const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** `dynamight-recovery-codes-alex.txt`; letters a file system may refuse become dashes. */
export function fileNameOf(start: string, username: string): string {
  const safe = username
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return `${[start, safe].filter(Boolean).join('-')}.txt`;
}
