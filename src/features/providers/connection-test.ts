import { tryConnection } from '../../storage/check.ts';
import type { StorageDriver } from '../../storage/driver.ts';
import { StorageError } from '../../storage/errors.ts';
import type { StorageKind } from '../../storage/registry.ts';
import { type Details, detailsOfFailure, detailsOfSuccess, failureWords } from './connection-words.ts';

export interface TestResult {
  success: boolean;
  /** One of a fixed set. */
  message: string;
  details: Details | null;
}

/** Somebody waits in front of the page: by then there is an answer, whatever the server does. */
export const answerWithinMs = 10_000;
/** A server that has not answered by then gets no more questions; what is left is for taking the test file away. */
const askingMs = 8_000;

const silent: TestResult = { success: false, message: failureWords.timeout, details: null };

/** One place to try: the destination itself, or a folder above it in which the first run is to make it. */
export interface Place {
  open(): Promise<StorageDriver>;
  /** What the first run is to make there; null for the destination itself. */
  missing: string | null;
}

/**
 * Tries a destination out within ten seconds: writes, reads and removes a small file. Where it is still to be made, the
 * next place that is there is tried, and nothing is made. Closes the drivers.
 */
export async function testConnection(
  kind: StorageKind,
  places: readonly Place[],
  asked: AbortSignal,
): Promise<TestResult> {
  const late = Promise.withResolvers<TestResult>();
  const timer = setTimeout(() => late.resolve(silent), answerWithinMs - 500);
  try {
    const signal = AbortSignal.any([asked, AbortSignal.timeout(askingMs)]);
    return await Promise.race([attempt(kind, places, signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(kind: StorageKind, places: readonly Place[], signal: AbortSignal): Promise<TestResult> {
  let missing: StorageError | null = null;
  for (const place of places) {
    try {
      const told = await tryPlace(place, signal);
      // Of a folder above, its own path would only mislead.
      const facts =
        place.missing === null ? { folder_exists: true, ...told } : { ...told, folder: null, folder_exists: false };
      const details = detailsOfSuccess(kind, facts);
      return { success: true, message: 'Connection successful', details };
    } catch (error) {
      if (signal.aborted) return silent;
      if (!(error instanceof StorageError)) throw error;
      if (error.code !== 'no_root') return failed(error);
      missing ??= error;
    }
  }
  if (missing === null) throw new Error('A destination without a place was to be tested');
  return failed(missing);
}

const failed = (error: StorageError): TestResult => ({
  success: false,
  message: failureWords[error.code],
  details: detailsOfFailure(error),
});

async function tryPlace({ open, missing }: Place, signal: AbortSignal) {
  let driver: StorageDriver | null = null;
  try {
    driver = await open();
    const told = await tryConnection(driver, signal);
    if (missing !== null && (await driver.stat(missing, signal)) !== null)
      throw new StorageError('exists', `Something that is no folder has the name ${JSON.stringify(missing)} there.`);
    return told;
  } finally {
    // A server that hangs must not keep the answer back.
    void driver?.close().catch(() => {});
  }
}
