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
process.exit(code);
