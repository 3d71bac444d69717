export interface Row {
  what: string;
  /** Ours, and the plain tool's where there is one. */
  ours: string;
  plain?: string;
  /** The number that is compared with the limit (unless `kept` says otherwise), of the best pair. */
  best: string;
  /** The same of the pair in the middle: far from the best one, the machine had other things to do. */
  median?: string;
  limit: string;
  kept: boolean;
}

/** A table for a terminal or a page of notes (Markdown). */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['', 'ours', 'plain', 'best pair', 'median', 'limit', ''],
    ...rows.map((row) => [
      row.what,
      row.ours,
      row.plain ?? '',
      row.best,
      row.median ?? '',
      row.limit,
      row.kept ? 'ok' : 'OVER',
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  return [lines[0], `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.slice(1)].join('\n');
}
