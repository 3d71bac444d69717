import { networkInterfaces } from 'node:os';
import type { Config } from '../config/config.ts';
import { version } from '../config/version.ts';
import { systemClock } from '../core/clock.ts';
import { createLog, type Log } from '../core/log.ts';
import { type DamagedFolder, type DataFolder, FolderOwnedError } from '../db/data-folder.ts';
import { type Command, CommandError, exit, UsageError } from './command.ts';
import { allConfigOptions, configFrom } from './config-flags.ts';
import type { Io } from './io.ts';
import { openFolder, ownerText } from './owner.ts';
import { onStopSignal } from './signals.ts';

const folderWaitMs = 10_000;

export const serve: Command = {
  usage: ['serve [OPTIONS]'],
  about:
    'Serves the page and the API until it is stopped (Ctrl-C, SIGTERM). Every option can also be given in the\nenvironment: --data-dir is DATA_DIR. JWT_SECRET can only be given there.',
  options: allConfigOptions,
  examples: ['dynamight serve', 'dynamight serve --port 8080 --data-dir /srv/dynamight'],
  async run(args, io) {
    if (args.words.length > 0) throw new UsageError(`serve takes no words, got "${args.words[0]}"`);
    const config = configFrom(args, io);
    const log = createLog(config.logLevel, (line) => io.log(line), systemClock.now);
    const folder = await waitForFolder(config, log, io);
    const stopped = new Promise<string>((resolve) => onStopSignal(resolve));
    const { startService } = await import('./service.ts');
    const service = await startService(folder, config, log, io);
    for (const line of readyLines(config.host, service.port)) io.print(line);
    log.info('Stopping', { signal: await stopped });
    await service.stop();
    log.info('Stopped');
    return exit.ok;
  },
};

/** Opens the folder, or waits a while for the command that holds it; names it when it goes on holding. */
async function waitForFolder(config: Config, log: Log, io: Io): Promise<DataFolder | DamagedFolder> {
  const deadline = systemClock.monotonic() + folderWaitMs;
  let told = false;
  for (;;) {
    try {
      return openFolder(config, 'serve', log);
    } catch (error) {
      if (!(error instanceof FolderOwnedError)) throw error;
      const holder = `The data folder ${config.dataDir} is in use by ${ownerText(error.owner)}`;
      if (systemClock.monotonic() >= deadline)
        throw new CommandError(`${holder}. Wait until it ends, or name another folder with --data-dir.`);
      if (!told) io.say(`dynamight: ${holder}; waiting up to ${folderWaitMs / 1000} s for it to end.`);
      told = true;
      await Bun.sleep(200);
    }
  }
}

/** Addresses a person can type: this machine first, then those it has in the local network. */
export function readyLines(host: string, port: number, interfaces = networkInterfaces()): string[] {
  const wildcard = host === '::' || host === '0.0.0.0' || host === '[::]';
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const first = `Dynamight ${version} on http://${wildcard ? 'localhost' : name}:${port}`;
  if (!wildcard) return [first];
  const others = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => one.family === 'IPv4' && !one.internal)
    .map((one) => `In your network: http://${one.address}:${port}`);
  return [first, ...others];
}
