import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { scale } from '../../test/harness/scale.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { assets } from '../config/assets.ts';
import { silentLog } from '../core/log.ts';
import { openDataFolder } from './data-folder.ts';

/** A process that loads everything, says so, and makes its data folder. */
const firstStart = (dir: string) =>
  Bun.spawn(
    [
      process.execPath,
      '-e',
      `const { openDataFolder } = await import(${JSON.stringify(join(import.meta.dir, 'data-folder.ts'))});
       const log = { debug() {}, info() {}, warning() {}, error() {} };
       console.log('go');
       await 0;
       const folder = openDataFolder({ dir: ${JSON.stringify(dir)}, command: 'child', log, now: Date.now,
         migrations: ${JSON.stringify(assets().migrations)} });
       console.log('main' in folder ? 'open' : folder.problem);
       setInterval(() => {}, 1000);`,
    ],
    { stdout: 'pipe', stderr: 'inherit' },
  );

test('a first start killed at any moment leaves a folder that starts', async () => {
  for (let round = 0; round < scale.killRounds; round += 1) {
    const dir = join(tempDir('data'), 'box');
    const child = firstStart(dir);
    await child.stdout.getReader().read();
    const killedAfterMs = Math.random() * 60;
    await Bun.sleep(killedAfterMs);
    child.kill('SIGKILL');
    await child.exited;
    const folder = openDataFolder({
      dir,
      command: 'test',
      migrations: assets().migrations,
      log: silentLog,
      now: Date.now,
    });
    expect([killedAfterMs, 'main' in folder ? 'open' : folder.problem]).toEqual([killedAfterMs, 'open']);
    folder.close();
  }
});
