import type { Check, CheckContext } from './checks/context.ts';
import { fileChecks } from './checks/files.ts';
import { folderChecks } from './checks/folders.ts';
import { movingChecks } from './checks/moving.ts';
import { safetyChecks } from './checks/safety.ts';
import { wholeChecks } from './checks/whole.ts';
import { bytesContent } from './content.ts';
import type { StorageDriver } from './driver.ts';
import { StorageError } from './errors.ts';

/** Every promise of the contract that can be checked from outside. Each wants a folder of its own. */
export const allChecks: readonly Check[] = [
  ...wholeChecks,
  ...fileChecks,
  ...folderChecks,
  ...safetyChecks,
  ...movingChecks,
];

/** Runs one check; `signal` ends it. Says why it means nothing for this driver, or null when the promise was kept. */
export async function runCheck(check: Check, context: CheckContext): Promise<string | null> {
  const reason = check.without?.(context.driver.capabilities) ?? null;
  if (reason === null) await check.run(context);
  return reason;
}

const text = 'Dynamight looks whether it can write here. This file may be deleted.\n';

/**
 * The short list behind "Test connection": a small file is written, looked at, read, replaced and removed again under a
 * name nobody else has. Answers what the driver tells of its root; throws StorageError, `integrity` when what came back
 * is not what was sent. Leaves nothing behind, as far as it can still reach the place.
 */
export async function tryConnection(
  driver: StorageDriver,
  signal: AbortSignal,
): Promise<Record<string, string | number | boolean | null>> {
  const told = await driver.probe(signal);
  const path = `.dynamight-test-${crypto.randomUUID()}.txt`;
  try {
    for (const content of [text, text.toUpperCase()]) {
      const bytes = new TextEncoder().encode(content);
      await driver.write(path, bytesContent(bytes), { signal, mtimeNs: null });
      const entry = await driver.stat(path, signal);
      const back = await new Response(await driver.read(path, {}, signal)).text();
      if (entry?.size !== bytes.length || back !== content)
        throw new StorageError('integrity', 'A small test file came back different from how it was written.');
    }
  } finally {
    await driver.remove(path, signal.aborted ? AbortSignal.timeout(1000) : signal).catch(() => {});
  }
  if ((await driver.stat(path, signal)) !== null)
    throw new StorageError('permission', 'Files can be written there, but not deleted. Allow deleting, too.');
  return told;
}
