import { scale } from '../harness/scale.ts';
import { startChaosProxy } from '../servers/chaos-proxy.ts';
import { startRadosgw } from '../servers/radosgw.ts';
import { interruptions } from './s3/interruptions.ts';
import { neighbours } from './s3/neighbours.ts';
import { openS3, tuning } from './s3/place.ts';
import { refusals } from './s3/refusals.ts';
import { conformance } from './storage.ts';

const server = await startRadosgw();
const bucket = await server.makeBucket();
const largeBytes = 5 * tuning.partBytes + 17;
const sizes = {
  boundaries: [tuning.partBytes, tuning.multipartFromBytes],
  largeBytes,
  // Parts that arrived before are read again and compared, so all of it is read; what is sent again is counted below.
  partBytes: largeBytes,
  // More than one page of a listing and one request of removing take.
  folderEntries: scale.long ? scale.cloudFolder : 1_050,
};

refusals(server);
interruptions(server);
neighbours(server);

if (scale.long) {
  const proxy = await startChaosProxy({ port: server.port }, { http: true });
  const endpoint = `http://127.0.0.1:${proxy.port}`;
  await conformance('s3 through a proxy', {
    open: async () => openS3(server, { bucket, endpoint, prefix: 'through a proxy' }),
    stop: () => proxy.stop(),
    ...sizes,
  });
}

await conformance('s3', {
  open: async () => openS3(server, { bucket, prefix: 'backups/box' }),
  openMissing: async () => openS3(server, { bucket: 'no-such-bucket' }),
  stop: () => server.stop(),
  ...sizes,
});
