import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { ApiError, OwnerGoneError } from './client.ts';
import { type Args, type Command, CommandError, exit, UsageError } from './command.ts';
import { configFrom, folderOptions } from './config-flags.ts';
import type { Io } from './io.ts';
import { openSession } from './owner.ts';
import { newPassword } from './password.ts';

interface Request {
  path: string;
  body?: Record<string, string>;
  done: string;
}

export const user: Command = {
  usage: [
    'user add NAME [--role admin|user] [--password-stdin]',
    'user reset-password NAME [--password-stdin]',
    'user disable-2fa NAME',
  ],
  about: `Makes users and lets them in again. Works beside a running server and without one.
The password is asked for at the terminal; it is never taken from the command line, where others could read it.`,
  options: {
    role: { type: 'string', value: 'ROLE', help: 'admin (default) or user' },
    'password-stdin': { type: 'boolean', help: 'Read the password from standard input' },
    ...folderOptions,
  },
  examples: ['dynamight user add alice', 'pwgen 20 1 | dynamight user reset-password alice --password-stdin'],
  async run(args, io) {
    const [action, name, ...extra] = args.words;
    if (action === undefined || !Object.hasOwn(actions, action))
      throw new UsageError(`Name what to do: ${Object.keys(actions).join(', ')}`);
    if (name === undefined || name === '' || extra.length > 0) throw new UsageError(`user ${action} takes one name`);
    const config = configFrom(args, io, { LOG_LEVEL: 'warning' });
    const request = await (actions[action] as Action)(name, args, io);
    const log = createLog(config.logLevel, (line) => io.log(line), systemClock.now);
    const session = await openSession({ config, command: `user ${action}`, log });
    try {
      await session.api.post(request.path, request.body);
    } catch (error) {
      if (error instanceof ApiError || error instanceof OwnerGoneError) throw new CommandError(error.message);
      throw error;
    } finally {
      await session.leave();
    }
    io.print(request.done);
    return exit.ok;
  },
};

type Action = (name: string, args: Args, io: Io) => Promise<Request>;

/** Questions come before the data folder is opened: nobody waits for a person who types. */
const actions: Record<string, Action> = {
  async add(name, args, io) {
    const role = args.text('role') ?? 'admin';
    if (role !== 'admin' && role !== 'user') throw new UsageError('--role must be admin or user');
    const password = await newPassword(args.flag('password-stdin'), io);
    return { path: '/api/users', body: { username: name, password, role }, done: `Added ${role} ${name}.` };
  },
  async 'reset-password'(name, args, io) {
    refuseRole(args);
    const password = await newPassword(args.flag('password-stdin'), io);
    return {
      path: `${userPath(name)}/reset-password`,
      body: { password },
      done: `${name} has a new password and is signed out everywhere.`,
    };
  },
  async 'disable-2fa'(name, args) {
    refuseRole(args);
    if (args.flag('password-stdin')) throw new UsageError('disable-2fa needs no password');
    return { path: `${userPath(name)}/disable-2fa`, done: `${name} signs in with the password alone now.` };
  },
};

const userPath = (name: string) => `/api/users/${encodeURIComponent(name)}`;

function refuseRole(args: Args): void {
  if (args.text('role') !== undefined) throw new UsageError('--role belongs to user add');
}
