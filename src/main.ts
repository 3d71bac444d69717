import { processIo } from './cli/io.ts';
import { runCommand } from './cli/run.ts';

process.umask(0o077);
const io = processIo();
const crash = (error: unknown) => {
  io.crash(error);
  process.exit(1);
};
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);

const code = await runCommand(process.argv.slice(2), io);
await io.flush();
const lost = io.lost();
if (lost) io.say(`dynamight: Standard output could not be written (${lost})`);
process.exit(lost && code === 0 ? 1 : code);
