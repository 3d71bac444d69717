import { call } from '../../api/client.ts';
import type { LogLineView } from '../../api/runs.ts';
import { oneLine } from './run-words.ts';

const linesAtOnce = 10_000;

/** `2026-01-05T02:00:00Z info photos/a.jpg` */
const textOf = (lines: readonly LogLineView[]): string =>
  lines.map(({ timestamp, level, message }) => `${timestamp} ${level.padEnd(7)} ${oneLine(message)}\n`).join('');

/** A name every filesystem takes. */
export const fileName = (name: string): string => name.replace(/[\\/:*?"<>|\p{C}]/gu, '_').slice(0, 200);

/** The whole log as one text. Each piece leaves the memory of the page at once: a log may have a hundred megabytes. */
export async function readLog(
  runId: number,
  onLines: (lines: number) => void,
  signal: AbortSignal,
): Promise<Blob | null> {
  const pieces: Blob[] = [];
  for (let done = 0; ; ) {
    const lines = await call<LogLineView[]>('GET', `/api/runs/${runId}/logs?limit=${linesAtOnce}&offset=${done}`);
    if (signal.aborted) return null;
    pieces.push(new Blob([textOf(lines)]));
    done += lines.length;
    onLines(done);
    if (lines.length < linesAtOnce) return new Blob(pieces, { type: 'text/plain;charset=utf-8' });
  }
}

/** Hands a file to the browser to keep. */
export function saveAs(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
