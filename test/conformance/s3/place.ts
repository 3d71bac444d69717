import { createS3Driver, type S3Driver } from '../../../src/storage/drivers/s3/driver.ts';
import { s3Config, s3Credential } from '../../../src/storage/drivers/s3/schema.ts';
import { StorageError } from '../../../src/storage/errors.ts';
import type { DriverPorts } from '../../../src/storage/port.ts';
import { scale } from '../../harness/scale.ts';
import type { Radosgw, S3User } from '../../servers/radosgw.ts';

export interface Place {
  bucket: string;
  prefix?: string;
  endpoint?: string;
  region?: string;
  storageClass?: string;
  certificate?: string;
  user?: S3User;
  sessionToken?: string;
  ports?: DriverPorts;
}

/** Small parts, so that small files show what large ones do. */
export const tuning = { multipartFromBytes: 2 * scale.cloudPartBytes, partBytes: scale.cloudPartBytes };

/** A driver as the configuration of a destination and its credential make it. */
export const openS3 = (server: Pick<Radosgw, 'endpoint' | 'region' | 'user'>, place: Place): S3Driver =>
  createS3Driver(
    s3Config.parse(
      {
        bucket: place.bucket,
        prefix: place.prefix ?? '',
        region: place.region ?? server.region,
        endpoint: place.endpoint ?? server.endpoint,
        certificate_sha256: place.certificate ?? null,
        ...(place.storageClass === undefined ? {} : { storage_class: place.storageClass }),
      },
      'destination_config',
    ),
    s3Credential.parse(
      {
        access_key_id: (place.user ?? server.user).accessKeyId,
        secret_access_key: (place.user ?? server.user).secretAccessKey,
        session_token: place.sessionToken ?? null,
      },
      'data',
    ),
    { tuning, ...place.ports },
  );

/** The StorageError a call rejects with. */
export async function problemOf(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    (value) => new Error(`It was done, and answered ${Bun.inspect(value)}`),
    (problem: unknown) => problem,
  );
  if (!(error instanceof StorageError)) throw error;
  return error;
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await problemOf(work)).code;

/** As a database keeps it. */
export function createSlot() {
  let kept: string | null = null;
  return {
    load: (): unknown => (kept === null ? null : JSON.parse(kept)),
    save(state: unknown) {
      kept = JSON.stringify(state);
    },
    clear() {
      kept = null;
    },
  };
}
