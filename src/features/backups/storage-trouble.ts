import { StorageError, type StorageErrorCode } from '../../storage/errors.ts';
import type { Reason } from './reasons.ts';
import { RunStop } from './stop.ts';

/** What a run that ends because of this is called. */
const reasonOf: Record<StorageErrorCode, Reason> = {
  auth_failed: 'auth_failed',
  auth_expired: 'auth_expired',
  host_key_changed: 'host_key_changed',
  certificate: 'certificate_changed',
  clock: 'auth_failed',
  no_root: 'destination_missing',
  quota: 'quota',
  target_refused: 'unreachable',
  read_only: 'destination_read_only',
  unreachable: 'unreachable',
  timeout: 'unreachable',
  rate_limited: 'unreachable',
  unavailable: 'unreachable',
  integrity: 'io_error',
  not_found: 'destination_missing',
  exists: 'name_collision',
  permission: 'destination_read_only',
  name: 'destination_unsupported',
  too_large: 'destination_unsupported',
  changed: 'destination_changed',
  source: 'io_error',
  protocol: 'io_error',
  unsupported: 'destination_unsupported',
};

export const failureOfStorage = (error: StorageError): { reason: Reason; message: string } => ({
  reason: reasonOf[error.code],
  message: error.message,
});

/** What a storage service refused, as what stops a run; every other error as it is. */
export function stopFor(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  const { reason, message } = failureOfStorage(error);
  return new RunStop(reason, message);
}

/** Does something at a storage service; throws RunStop for what the service says against it. */
export async function atService<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw stopFor(error);
  }
}
