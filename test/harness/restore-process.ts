import { openRestoreJournal } from '../../src/features/versions/restore/journal.ts';
import type { RestorePolicy } from '../../src/features/versions/restore/model.ts';
import { restored } from './restores.ts';

/** A program for tests: restores one folder into another and ends itself with SIGKILL at the nth time of a step. */
const [from = '', root = '', journal = '', policy = 'overwrite', wanted = '', nth = '1'] = process.argv.slice(2);
let passed = 0;
const { result } = await restored({
  from,
  root,
  policy: policy as RestorePolicy,
  journal: openRestoreJournal(journal),
  onStep: (step) => {
    if (step === wanted && ++passed >= Number(nth)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(result));
