import type { StorageDriver } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import { inFolder } from './names.ts';
import { createPool } from './pool.ts';
import type { Operation } from './spool.ts';
import type { ApplyContext } from './work.ts';

type Removal = Extract<Operation, { is: 'remove' | 'remove_folder' }>;

/** Files removed in one request at most. */
const bulkFiles = 500;

/** Removes what the plan says: files first, then the folders they leave empty, the deepest first. */
export async function removeAll(context: ApplyContext): Promise<void> {
  const { driver, spools, stops } = context;
  const bulk = driver.capabilities.bulkRemove && driver.removeMany !== undefined;
  const size = bulk ? bulkFiles : 1;
  const pool = createPool(Math.max(1, driver.capabilities.parallelWrites), Number.POSITIVE_INFINITY, stops.failed);
  let waiting: Removal[] = [];
  const send = async (): Promise<void> => {
    const files = waiting;
    waiting = [];
    if (files.length > 0) await pool.start(0, () => removeFiles(context, files));
  };
  try {
    for await (const operation of removals(context, 'removals')) {
      waiting.push(operation);
      if (waiting.length >= size) await send();
      if (stops.signal.aborted) return;
    }
    await send();
    await pool.idle();
    // One after the other: a folder is empty only when those in it are gone.
    for await (const { at } of removals(context, 'folders')) {
      if (stops.signal.aborted) return;
      if (!context.options.dryRun) await removeFolder(driver, at, context);
    }
  } finally {
    await pool.idle();
  }

  async function* removals({ mayRemove }: ApplyContext, which: 'removals' | 'folders'): AsyncGenerator<Removal> {
    for await (const operations of spools[which].read())
      for (const operation of operations)
        if ((operation.is === 'remove' || operation.is === 'remove_folder') && mayRemove.has(operation.landing))
          yield operation;
  }
}

async function removeFiles(context: ApplyContext, files: readonly Removal[]): Promise<void> {
  const { driver, result, landings, ledger, sink, stops, keep, options } = context;
  const failures = new Map<string, StorageError>();
  const ready: Removal[] = [];
  for (const file of options.dryRun ? [] : files) {
    try {
      await keep?.(file.at);
      ready.push(file);
    } catch (error) {
      if (!stops.isOwnTrouble(error)) break;
      failures.set(file.at, error);
    }
  }
  try {
    const [only] = ready;
    if (stops.signal.aborted) return;
    if (driver.capabilities.bulkRemove && driver.removeMany) {
      if (only) {
        const paths = ready.map(({ at }) => at);
        for (const { path, error } of await driver.removeMany(paths, stops.signal)) failures.set(path, error);
      }
    } else if (only) await driver.remove(only.at, stops.signal);
    stops.succeeded();
  } catch (error) {
    if (!stops.isOwnTrouble(error)) return;
    for (const { at } of ready) failures.set(at, error);
  }
  for (const file of files) {
    const { landing, bytes } = landings[file.landing] as (typeof landings)[number];
    const failure = failures.get(file.at);
    if (failure) {
      const message = `could not be removed at the destination: ${failure.message}`;
      sink.problem({ landing, path: file.path, level: 'error', message });
      continue;
    }
    if (!options.dryRun) ledger.remove(inFolder(bytes, file.path));
    result.deletedFiles += 1;
    sink.item({ landing, path: file.path, action: 'deleted', kind: 'file', size: 0 });
  }
}

/** A folder that somebody put something into meanwhile stays; so does one whose files could not be removed. */
async function removeFolder(driver: StorageDriver, at: string, { stops, sink, landings }: ApplyContext): Promise<void> {
  try {
    await driver.removeFolder(at, stops.signal);
    stops.succeeded();
  } catch (error) {
    if (error instanceof StorageError && (error.code === 'exists' || error.code === 'not_found')) return;
    if (!stops.isOwnTrouble(error)) return;
    const landing = landings.find((one) => at.startsWith(`${one.landing}/`))?.landing ?? '';
    const path = at.slice(landing === '' ? 0 : landing.length + 1);
    const message = `The empty folder could not be removed: ${error.message}`;
    sink.problem({ landing, path: Buffer.from(path).toString('latin1'), level: 'warning', message });
  }
}
