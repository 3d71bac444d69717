import { CommandError, exit, UsageError } from './command.ts';
import type { Io } from './io.ts';

const maxBytes = 4096;
/** Arrow keys and the marks around a paste: no letters of a password. */
const keySequences = /\u001b(\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/** A new password: from standard input (`--password-stdin`), else asked for twice at the terminal, without echo. */
export async function newPassword(fromStdin: boolean, io: Io): Promise<string> {
  if (fromStdin) return readPiped();
  if (!io.canAsk) throw new UsageError('There is no terminal to ask for the password. Use --password-stdin');
  const [first, again] = await askHidden(['Password: ', 'Once more: ']);
  if (first === undefined || first !== again) throw new CommandError('The two passwords differ. Nothing was changed.');
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

/**
 * One hidden line for each question. Echo goes off before the first question and stays off between them, so that a
 * fast typist or a paste is never shown; the terminal is always put back.
 */
async function askHidden(questions: readonly string[]): Promise<string[]> {
  const { stdin, stderr } = process;
  stdin.setRawMode(true);
  stdin.resume();
  try {
    return await new Promise<string[]>((resolve, reject) => {
      const answers: string[] = [];
      const decoder = new TextDecoder();
      let line = createLineEditor();
      const ask = () => stderr.write(questions[answers.length] ?? '');
      const onData = (chunk: Buffer) => {
        for (const key of decoder.decode(chunk, { stream: true }).replace(keySequences, '')) {
          const state = line.feed(key);
          if (state === 'more') continue;
          stderr.write('\r\n');
          if (state === 'cancelled') return reject(new CommandError('Cancelled. Nothing was changed.', exit.cancelled));
          answers.push(line.text());
          line = createLineEditor();
          if (answers.length === questions.length) return resolve(answers);
          ask();
        }
      };
      stdin.on('data', onData);
      ask();
    });
  } finally {
    stdin.removeAllListeners('data');
    stdin.setRawMode(false);
    stdin.pause();
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
