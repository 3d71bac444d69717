import { systemClock } from '../core/clock.ts';
import type { Check } from './check.ts';
import { type Command, exit, UsageError } from './command.ts';
import { configFrom, folderOptions } from './config-flags.ts';
import { folderChecks } from './doctor-folder.ts';
import { machineChecks } from './doctor-machine.ts';
import { recover } from './recover.ts';

export const doctor: Command = {
  usage: ['doctor [--json]', 'doctor --recover [SNAPSHOT]'],
  about: `Checks what backups need: the data folder and its databases, free space, the tools, the clock. It changes
nothing, also beside a running server and on a damaged folder. Exit code 1 when there is a problem.

--recover lists the saved copies of the database. With the name of one (or asked at the terminal) it puts that one
back in place of a damaged or missing database, which is kept beside it.`,
  options: {
    json: { type: 'boolean', help: 'One JSON object on standard output' },
    recover: { type: 'boolean', help: 'Put a saved copy of a damaged database back' },
    ...folderOptions,
  },
  async run(args, io) {
    const config = configFrom(args, io, { LOG_LEVEL: 'warning' });
    if (args.flag('recover')) {
      if (args.words.length > 1) throw new UsageError('--recover takes one snapshot');
      if (args.flag('json')) throw new UsageError('--recover and --json do not go together');
      return recover(config, args.words[0], io);
    }
    if (args.words.length > 0) throw new UsageError('doctor takes no words without --recover');
    const checks = [...(await folderChecks(config.dataDir, io.uid)), ...(await machineChecks(io.uid, systemClock))];
    const ok = checks.every((check) => check.state !== 'problem');
    if (args.flag('json')) io.print(JSON.stringify({ ok, checks }));
    else for (const line of checkLines(checks)) io.print(line);
    return ok ? exit.ok : exit.failed;
  },
};

function checkLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.map(({ state, name, message }) => `${state.padEnd(7)}  ${name.padEnd(width)}  ${message}`);
}
