import { parseArgs } from 'node:util';
import type { Io } from './io.ts';

/** Exit codes scripts can rely on. */
export const exit = { ok: 0, failed: 1, usage: 2, partial: 3, cancelled: 130 } as const;

export interface OptionSpec {
  type: 'string' | 'boolean';
  multiple?: boolean;
  short?: string;
  /** What stands for the value in the help text, e.g. `PATTERN`. */
  value?: string;
  help: string;
}

export interface Command {
  /** After the program's name, one line per form: `backup SOURCE... DESTINATION`. */
  usage: readonly string[];
  /** Paragraphs under the usage lines. */
  about: string;
  options: Readonly<Record<string, OptionSpec>>;
  /** Lines after the options, as typed in a shell. */
  examples?: readonly string[];
  /** Resolves with the exit code. Throws UsageError and CommandError. */
  run(args: Args, io: Io): Promise<number>;
}

/** Options and words of one call, already checked against the command's list. */
export interface Args {
  readonly words: readonly string[];
  text(name: string): string | undefined;
  list(name: string): string[] | undefined;
  flag(name: string): boolean;
}

/** The call itself is wrong: told with a hint at the help, exit 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The command could not do its work; the message is for the person at the terminal. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = exit.failed,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

const help: OptionSpec = { type: 'boolean', short: 'h', help: 'Show this help' };

/** Strict: an option nobody knows, or one without its value, is a UsageError. */
export function parse(command: Command, argv: readonly string[]): Args {
  const specs = { ...command.options, help };
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}), ...(short ? { short } : {}) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const all = values as Record<string, string | boolean | string[] | undefined>;
    return {
      words: positionals,
      text: (name) => all[name] as string | undefined,
      list: (name) => all[name] as string[] | undefined,
      flag: (name) => all[name] === true,
    };
  } catch (error) {
    throw new UsageError(usageMessage(error as Error));
  }
}

/** Node's own texts, shortened to the part that helps here. */
function usageMessage({ message }: Error): string {
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) return `Unknown option ${unknown}`;
  const dash = /^Option '(--[\w-]+)' argument is ambiguous/.exec(message)?.[1];
  if (dash) return `Option ${dash} needs a value; write ${dash}=VALUE if the value begins with a dash`;
  const missing = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument missing/.exec(message)?.[1];
  if (missing) return `Option ${missing} needs a value`;
  const extra = /^Option '(?:-\w, )?(--[\w-]+)[^']*' does not take an argument/.exec(message)?.[1];
  if (extra) return `Option ${extra} takes no value`;
  return message.split('\n')[0] ?? message;
}

export function helpText(command: Command): string {
  const rows = Object.entries({ ...command.options, help }).map(([name, spec]): [string, string] => [
    `  ${spec.short ? `-${spec.short}, ` : ''}--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}`,
    spec.help,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    ...command.usage.map((line, at) => `${at === 0 ? 'Usage:' : '      '} dynamight ${line}`),
    '',
    command.about,
    '',
    'Options:',
    ...rows.map(([left, right]) => left.padEnd(width) + right),
    ...(command.examples ? ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)] : []),
  ].join('\n');
}
