export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The program's own log (not the log of a backup run). One line per call; fields are appended as JSON. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warning(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const escaped = (text: string, unsafe: RegExp): string =>
  text.replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Makes control characters, escape sequences and bidi overrides visible instead of active. Keeps tabs and newlines. */
export const printable = (text: string): string =>
  escaped(
    text,
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
  );

/** The same on one line, so that a name with a newline cannot forge a line of its own. */
export const printableLine = (text: string): string => escaped(printable(text), /\n/g);

/** An error with everything below it: what a driver or the database said is in the causes. */
function errorText(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\nCaused by: ${errorText(error.cause)}` : own;
}

function fieldText(fields: Record<string, unknown> | undefined): string {
  if (!fields) return '';
  const plain = (_key: string, value: unknown) => {
    if (value instanceof Error) return errorText(value);
    return typeof value === 'bigint' ? String(value) : value;
  };
  try {
    return ` ${JSON.stringify(fields, plain)}`;
  } catch {
    return ` ${JSON.stringify(Object.keys(fields))}`; // circular: a log call must never throw
  }
}

export function createLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const from = logLevels.indexOf(level);
  const at = (own: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (logLevels.indexOf(own) < from) return;
    write(`${new Date(now()).toISOString()} ${own.padEnd(7)} ${printableLine(message + fieldText(fields))}\n`);
  };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}

export const silentLog: Log = { debug() {}, info() {}, warning() {}, error() {} };
