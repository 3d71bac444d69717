import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { type BuiltBox, openBuiltBox } from './built-box.ts';
import { type Client, client } from './client.ts';
import { password } from './page-steps.ts';

/** A name that must never be anything but text. */
export const hostile = '"><img src=x onerror=alert(1)>';

/** The executable with backups in every state: whole, incomplete, stopped by a guard, at work, never run. */
export interface LivedIn {
  box: BuiltBox;
  by: Client;
  jobs: { whole: number; incomplete: number; guarded: number; working: number; never: number };
  runs: { whole: number; incomplete: number; guarded: number; working: number };
  /** Lets a browser in as the one who set it up. */
  enter(context: BrowserContext): Promise<void>;
}

const manyFiles = 30;

/** Files with hostile names lie in everything that can be listed. Close the box at the end. */
export async function openLivedIn(): Promise<LivedIn> {
  const box = await openBuiltBox();
  const by = client(box.url);
  await by.call('POST', '/api/auth/setup', { username: 'alice', password });
  const folder = (...names: string[]) => {
    const path = join(box.files, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const [photos, letters, attic, films, usb] = ['photos', 'letters', hostile, 'films', 'usb'].map((name) =>
    folder(name),
  ) as [string, string, string, string, string];
  for (let n = 0; n < 60; n += 1) writeFileSync(join(photos, `${n}.jpg`), `picture ${n}`);
  writeFileSync(join(folder('photos', 'summer'), hostile), 'x'.repeat(5000));
  writeFileSync(join(letters, hostile), 'one');
  writeFileSync(join(letters, 'two.txt'), 'two');
  for (let n = 0; n < manyFiles; n += 1) writeFileSync(join(attic, `${hostile} ${n}`), `${n}`);
  writeFileSync(join(films, 'film.mkv'), '');
  truncateSync(join(films, 'film.mkv'), 3_000_000_000);

  const save = async (name: string, source: string, subdir: string, sync_options = {}): Promise<number> => {
    const destination_config = { mount_point: usb, backup_subdir: subdir, auto_mount: false, auto_unmount: false };
    const job = { name, source_dirs: [source], destination_type: 'local', destination_config, sync_options };
    return (await by.call('POST', '/api/jobs', job)).id;
  };
  const start = async (job: number): Promise<number> => (await by.call('POST', `/api/jobs/${job}/run`)).run_id;
  const run = async (job: number) => (await by.ended(await start(job))).id;

  const whole = await save('Photos', photos, 'photos');
  await by.call('POST', `/api/jobs/${whole}/schedules`, { schedule_type: 'daily', hour: 2, minute: 0 });
  await run(whole);
  writeFileSync(join(photos, 'new.jpg'), 'new');
  const wholeRun = await run(whole);

  const incomplete = await save('Letters', letters, 'letters');
  // A folder stands where the file should go: rsync copies all but that one.
  writeFileSync(join(folder('usb', 'letters', 'letters', hostile), 'inside'), 'x');
  const incompleteRun = await run(incomplete);

  const guarded = await save(hostile, attic, 'attic', { delete_extraneous: true });
  await run(guarded);
  for (let n = 1; n < manyFiles; n += 1) rmSync(join(attic, `${hostile} ${n}`));
  const guardedRun = await run(guarded);

  const never = await save('Never run so far', photos, 'never');
  const working = await save('Films', films, 'films', { bandwidth_limit_kbps: 500 });
  const workingRun = await start(working);
  const [name = '', value = ''] = by.cookie().split('=');
  return {
    box,
    by,
    jobs: { whole, incomplete, guarded, working, never },
    runs: { whole: wholeRun, incomplete: incompleteRun, guarded: guardedRun, working: workingRun },
    enter: (context) => context.addCookies([{ name, value, url: box.url }]),
  };
}
