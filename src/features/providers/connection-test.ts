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

/** Tries a destination out within ten seconds: writes, reads and removes a small file. Closes the driver. */
export async function testConnection(
  kind: StorageKind,
  open: () => Promise<StorageDriver>,
  asked: AbortSignal,
): Promise<TestResult> {
  const late = Promise.withResolvers<TestResult>();
  const timer = setTimeout(() => late.resolve(silent), answerWithinMs - 500);
  try {
    const signal = AbortSignal.any([asked, AbortSignal.timeout(askingMs)]);
    return await Promise.race([attempt(kind, open, signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(
  kind: StorageKind,
  open: () => Promise<StorageDriver>,
  signal: AbortSignal,
): Promise<TestResult> {
  let driver: StorageDriver | null = null;
  try {
    driver = await open();
    const details = detailsOfSuccess(kind, await tryConnection(driver, signal));
    return { success: true, message: 'Connection successful', details };
  } catch (error) {
    if (signal.aborted) return silent;
    if (!(error instanceof StorageError)) throw error;
    return { success: false, message: failureWords[error.code], details: detailsOfFailure(error) };
  } finally {
    // A server that hangs must not keep the answer back.
    void driver?.close().catch(() => {});
  }
}
