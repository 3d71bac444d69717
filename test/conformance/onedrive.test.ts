import type { HashKind } from '../../src/storage/driver.ts';
import { openOneDrive, oneDrivePartBytes as partBytes } from '../harness/onedrive.ts';
import { scale } from '../harness/scale.ts';
import { startOneDrive } from '../servers/onedrive.ts';
import { slowQuickXor } from '../servers/onedrive-quickxor.ts';
import { conformance } from './storage.ts';

function hash(kind: HashKind, bytes: Uint8Array): string {
  if (kind !== 'quickxor') throw new Error(`OneDrive has no ${kind}`);
  const made = slowQuickXor();
  made.update(bytes);
  return Buffer.from(made.base64(), 'base64').toString('hex');
}

const sizes = { boundaries: [partBytes, 2 * partBytes], partBytes, largeBytes: 5 * partBytes + 17, hash };

const personal = await startOneDrive();
personal.behaviour.pageEntries = 100;
await conformance('personal OneDrive', {
  ...sizes,
  folderEntries: scale.long ? scale.cloudFolder : 700,
  open: async () => openOneDrive(personal),
  openMissing: async () => openOneDrive(personal, { folder: '/Nowhere/at all' }),
  stop: () => personal.stop(),
});

// The whole of a library by its id, where moving replaces nothing by itself.
const business = await startOneDrive({ driveType: 'business', folders: [] });
business.behaviour.patchReplaces = false;
await conformance('OneDrive of a work account', {
  ...sizes,
  folderEntries: 250,
  open: async () => openOneDrive(business, { folder: '/', driveId: business.driveId }),
  openMissing: async () => openOneDrive(business, { folder: '/', driveId: 'b!another' }),
  stop: () => business.stop(),
});
