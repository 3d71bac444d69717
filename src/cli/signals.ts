import { exit } from './command.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `stop` at the first signal to end; the second ends the process at once. Answers what takes it back. */
export function onStopSignal(stop: (signal: string) => void): () => void {
  let told = false;
  const handler = (signal: string) => {
    if (told) process.exit(exit.cancelled);
    told = true;
    stop(signal);
  };
  for (const signal of stopSignals) process.on(signal, handler);
  return () => {
    for (const signal of stopSignals) process.off(signal, handler);
  };
}
