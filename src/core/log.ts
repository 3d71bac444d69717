export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The program's own log (not the log of a backup run). One line per call; fields are appended as JSON. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warning(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Makes control characters, escape sequences and bidi overrides visible instead of active. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

const fieldText = (fields: Record<string, unknown> | undefined): string => {
  if (!fields) return '';
  const flat = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
  return ` ${JSON.stringify(flat)}`;
};

export function createLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const from = logLevels.indexOf(level);
  const at = (own: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (logLevels.indexOf(own) < from) return;
    write(`${new Date(now()).toISOString()} ${own.padEnd(7)} ${printable(message)}${printable(fieldText(fields))}\n`);
  };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}

export const silentLog: Log = { debug() {}, info() {}, warning() {}, error() {} };
