import { version } from '../config/version.ts';
import { type Command, exit, UsageError } from './command.ts';

export const versionCommand: Command = {
  usage: ['version'],
  about: 'Prints the version of this program.',
  options: {},
  async run(args, io) {
    if (args.words.length > 0) throw new UsageError('version takes no words');
    io.print(`dynamight ${version}`);
    return exit.ok;
  },
};
