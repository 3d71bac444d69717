import { ConfigError } from '../config/config.ts';
import { version } from '../config/version.ts';
import { type Command, CommandError, exit, helpText, parse, UsageError } from './command.ts';
import { commands } from './commands.ts';
import type { Io } from './io.ts';

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  return [
    'Usage: dynamight COMMAND [OPTIONS]',
    '',
    'Backs up folders of this machine, and proves that the backup is good.',
    '',
    'Commands:',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    '',
    'dynamight COMMAND --help tells more.',
  ].join('\n');
}

/** Finds and runs the command `argv` names. Every error ends here as one clear text and an exit code. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    io.say(overview());
    return exit.usage;
  }
  if (first === '--version' || first === '-V') {
    io.print(`dynamight ${version}`);
    return exit.ok;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    io.print(overview());
    return exit.ok;
  }
  const [name, args] = first === 'help' ? [rest[0] ?? '', ['--help']] : [first, rest];
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    io.say(`dynamight: There is no command "${name}". "dynamight --help" lists them.`);
    return exit.usage;
  }
  return runOne(name, await entry.load(), args, io);
}

async function runOne(name: string, command: Command, argv: readonly string[], io: Io): Promise<number> {
  try {
    if (asksForHelp(argv)) {
      io.print(helpText(command));
      return exit.ok;
    }
    return await command.run(parse(command, argv), io);
  } catch (error) {
    io.status('');
    if (error instanceof UsageError) {
      io.say(`dynamight ${name}: ${error.message}. See "dynamight ${name} --help".`);
      return exit.usage;
    }
    if (error instanceof CommandError || error instanceof ConfigError) {
      io.say(`dynamight: ${error.message}`);
      return error instanceof CommandError ? error.exitCode : exit.failed;
    }
    io.crash(error);
    return exit.failed;
  }
}

/** Also beside words and options that are wrong: whoever asks for help gets it. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).some((arg) => arg === '--help' || arg === '-h');
}
