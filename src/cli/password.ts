import { printable } from '../core/log.ts';
import { CommandError, exit, UsageError } from './command.ts';
import type { Io } from './io.ts';

const maxBytes = 4096;

/** A new password: from standard input (`--password-stdin`), else asked for twice at the terminal, without echo. */
export async function newPassword(fromStdin: boolean, io: Io): Promise<string> {
  if (fromStdin) return readPiped();
  if (!io.canAsk) throw new UsageError('There is no terminal to ask for the password. Use --password-stdin');
  const first = await askHidden('Password: ', io);
  const again = await askHidden('Once more: ', io);
  if (first !== again) throw new CommandError('The two passwords differ. Nothing was changed.');
  return first;
}

/** All of standard input without its last line end. */
async function readPiped(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > maxBytes) throw new UsageError(`The password on standard input is longer than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('There is no password on standard input');
  return text;
}

/** Reads one line with the terminal's echo off; the terminal is always put back. */
async function askHidden(question: string, io: Io): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(printable(question));
  stdin.setRawMode(true);
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      const typed = createLineEditor();
      const onData = (chunk: Buffer) => {
        const state = typed.feed(chunk.toString('utf8'));
        if (state === 'more') return;
        stdin.off('data', onData);
        if (state === 'done') resolve(typed.text());
        else reject(new CommandError('Cancelled. Nothing was changed.', exit.cancelled));
      };
      stdin.on('data', onData);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    io.say('');
  }
}

/** The few keys that matter where nothing is shown. */
export function createLineEditor() {
  let letters: string[] = [];
  return {
    text: () => letters.join(''),
    feed(input: string): 'more' | 'done' | 'cancelled' {
      for (const key of input) {
        if (key === '\r' || key === '\n') return 'done';
        if (key === '\u0003' || (key === '\u0004' && letters.length === 0)) return 'cancelled';
        if (key === '\u007f' || key === '\b') letters.pop();
        else if (key === '\u0015') letters = [];
        else if (key >= ' ') letters.push(key);
      }
      return 'more';
    },
  };
}
