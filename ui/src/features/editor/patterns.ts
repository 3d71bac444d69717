/** Exclude patterns as text, one a line. Spaces belong to a pattern; empty lines are none. */
export const patternsOfText = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

export const textOfPatterns = (patterns: readonly string[]): string => patterns.join('\n');

/** The same patterns, however many empty lines somebody typed. */
export const isSameText = (text: string, patterns: readonly string[]): boolean =>
  textOfPatterns(patternsOfText(text)) === textOfPatterns(patterns);

export const suggestions = {
  trash: ['.Trash*/', '$RECYCLE.BIN/', '#recycle/', '@Recycle/'],
  temporary: ['*.tmp', '*.temp', '*.part', '~$*', '*.swp'],
  caches: ['.cache/', 'Cache/', '.thumbnails/'],
  system: ['.DS_Store', 'Thumbs.db', 'desktop.ini', 'System Volume Information/'],
  code: ['node_modules/', '__pycache__/', '.venv/'],
} as const;
export type Suggestion = keyof typeof suggestions;

export const withSuggestion = (patterns: readonly string[], which: Suggestion): string[] => [
  ...patterns,
  ...suggestions[which].filter((pattern) => !patterns.includes(pattern)),
];

export const hasSuggestion = (patterns: readonly string[], which: Suggestion): boolean =>
  suggestions[which].every((pattern) => patterns.includes(pattern));
