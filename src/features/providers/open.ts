import type { Clock } from '../../core/clock.ts';
import type { StorageDriver } from '../../storage/driver.ts';
import { type CloudEndpoints, openDriver } from '../../storage/open.ts';
import type { HostKeys, TokenSource, Tuning } from '../../storage/port.ts';
import type { StorageKind } from '../../storage/registry.ts';
import { withLimit } from '../../storage/wrap/limit.ts';
import { type RetryOptions, withRetry } from '../../storage/wrap/retry.ts';
import { withStall } from '../../storage/wrap/stall.ts';
import { withThrottle } from '../../storage/wrap/throttle.ts';
import type { HostKeyStore } from './store.ts';

/** One destination to be opened: configuration and secret as their schemas cleaned them. */
export interface StorageOrder {
  type: StorageKind;
  config: object;
  /** null where none is needed. */
  secret: Record<string, unknown> | null;
  /** Keeps a sign-in alive; null where there is none. */
  tokens: TokenSource | null;
}

export interface OpenOptions {
  /** KiB/s over everything sent and read; null is unlimited. */
  bandwidthKbps?: number | null;
  /** One try and no waiting: for somebody who stands in front of it. */
  once?: boolean;
}

export interface OpenerDeps {
  hostKeys: HostKeyStore;
  endpoints: CloudEndpoints;
  /** An address and port this process itself listens on. */
  isOurs(address: string, port: number): boolean;
  clock: Clock;
  tuning?: Tuning;
  /** Patience with a service that is not well. */
  retry?: Pick<RetryOptions, 'tries' | 'firstWaitMs' | 'longestWaitMs'>;
}

const silenceMs = 60_000;

/** Opens storage for whoever moves files: retried, kept within its limits, watched for silence. The caller closes it. */
export function createOpener({ hostKeys, endpoints, isOurs, clock, tuning = {}, retry }: OpenerDeps) {
  const keys: HostKeys = {
    find: (host, port) => hostKeys.find(host, port)?.fingerprint ?? null,
    pin: (host, port, fingerprint, type) => hostKeys.add({ host, port, fingerprint, type, pinnedAt: clock.now() }),
  };
  return async ({ type, config, secret, tokens }: StorageOrder, options: OpenOptions = {}): Promise<StorageDriver> => {
    const driver = await openDriver(
      type,
      config,
      secret,
      { hostKeys: keys, isOurs, now: clock.now, tuning, ...(tokens ? { tokens } : {}) },
      endpoints,
    );
    const watchful = withStall(driver, { silenceMs: tuning.stallMs ?? silenceMs });
    if (options.once) return watchful;
    const kibPerSecond = options.bandwidthKbps ?? null;
    const paced = kibPerSecond === null ? watchful : withThrottle(watchful, { kibPerSecond });
    // Outside the limit: who waits for better times keeps nobody from trying.
    return withRetry(withLimit(paced), { clock, ...retry });
  };
}

export type Opener = ReturnType<typeof createOpener>;
