import { driveSizes, oneToken, openDrive } from '../harness/drive.ts';
import { scale } from '../harness/scale.ts';
import { startGoogleDrive } from '../servers/google-drive.ts';
import { conformance } from './storage.ts';

const { partBytes, multipartFromBytes } = driveSizes;
const sizes = {
  boundaries: [multipartFromBytes, partBytes, 3 * partBytes],
  partBytes,
  largeBytes: 5 * partBytes + 17,
  folderEntries: scale.long ? scale.cloudFolder : 700,
  readsAgain: true,
};

const mine = await startGoogleDrive({ pageEntries: 100 });
await conformance('google drive', {
  ...sizes,
  open: async () => openDrive(mine, { tokens: oneToken(mine.google.signIn().accessToken) }),
  openMissing: async () =>
    openDrive(mine, { folderId: 'not-there', tokens: oneToken(mine.google.signIn().accessToken) }),
  stop: () => mine.stop(),
});

// Members of a shared drive remove by the trash, and every listing is late there.
const shared = await startGoogleDrive({
  pageEntries: 100,
  sharedDrives: [{ id: 'team', name: 'Team', role: 'contentManager' }],
});
shared.store.lag = 2;
await conformance('google shared drive with late listings', {
  ...sizes,
  folderEntries: 200,
  excuses: {
    'closing ends it, also while nothing was done, and what was written stays': 'the next process sees it late',
    'a large upload that died goes on in the next process and sends nothing twice':
      'the next process sees its folder late',
  },
  open: async () => openDrive(shared, { sharedDriveId: 'team', tokens: oneToken(shared.google.signIn().accessToken) }),
  openMissing: async () =>
    openDrive(shared, { sharedDriveId: 'none', tokens: oneToken(shared.google.signIn().accessToken) }),
  stop: () => shared.stop(),
});
